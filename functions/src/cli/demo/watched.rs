//! What the demo shows beside money and invoices: alerts, days that stand out, and what tag rules would mend.

use jiff::Timestamp;
use serde::Serialize;
use shared::decimal::Decimal;
use shared::json::printable;
use shared::period::{Granularity, utc_date};
use shared::spend::{Bucket, GroupBy};

use super::super::{alerts as alerts_command, anomalies, output};
use crate::alerts::{self, Checked};
use crate::archive::Archive;
use crate::error::Error;
use crate::month::{self, Loaded, Period};
use crate::outlook::History;
use crate::tags;

/// People wrote the tag in several ways, and many resources have none while their group has it.
const TAG: &str = "costCenter";
const RULES: &str = "\
rename tag matching \"cost[- ]?cent(er|re)\" to costCenter
inherit tag costCenter from resource-group
";
/// A rise of a day below this is none.
const FLOOR: u32 = 5;

/// A value of the tag, and what was spent under it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tagged {
    value: String,
    /// Under the tags as Azure reported them.
    reported: Decimal,
    /// Under the rules.
    with_rules: Decimal,
}

/// All of it.
pub struct Watched {
    checked: Checked,
    anomalies: anomalies::Report,
    tags: Vec<Tagged>,
    run_at: Timestamp,
}

/// As one object of the report.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document<'a> {
    alerts: alerts_command::Tested<'a>,
    anomalies: &'a anomalies::Report,
    tag_rules: &'static str,
    tags: &'a [Tagged],
}

impl Watched {
    /// Looks at the month under way; `loaded` is it.
    pub async fn of(
        archive: &Archive,
        loaded: &Loaded,
        histories: &[History],
        run_at: Timestamp,
    ) -> Result<Watched, Error> {
        let snapshots = archive.snapshots().await?;
        let rules = alerts::in_force(archive, &snapshots).await?.unwrap_or_default();
        let checked = alerts::check(archive, &snapshots, &rules, run_at).await?;
        let since = utc_date(run_at).first_of_month();
        let anomalies = anomalies::report(histories, FLOOR.into(), Some(since), run_at)?;
        let rules = tags::read(RULES).map_err(Error::bad_input("the tag rules of the sample"))?;
        let asked = (&Period::Holding(run_at), Granularity::Daily);
        let mended = month::load_tagged(archive, &snapshots, None, asked, &rules, run_at).await?;
        let tags = beside(loaded, &mended, run_at)?;
        Ok(Watched { checked, anomalies, tags, run_at })
    }

    /// For JSON.
    pub fn document(&self) -> Document<'_> {
        let alerts = alerts_command::tested(&self.checked, self.run_at);
        Document { alerts, anomalies: &self.anomalies, tag_rules: RULES, tags: &self.tags }
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut table = output::table([TAG, "As reported", "With rules"], &[1, 2]);
        let minor = self.anomalies.minor_unit();
        for one in &self.tags {
            let [reported, mended] = [one.reported, one.with_rules].map(|sum| output::amount(sum, minor));
            table.add_row([printable(&one.value), reported, mended]);
        }
        let quiet = self.checked.findings.iter().filter(|finding| !finding.fires).count();
        format!(
            "Alert rules\n{}{quiet} answers are quiet: forebill alerts test shows all\n\nDays that stand out this month\n{}\nTag {TAG}, as reported and with the rules\n{}{table}\n",
            alerts_command::words(&self.checked, |finding| finding.fires),
            anomalies::table(&self.anomalies),
            indented(RULES),
        )
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

/// What was spent under each value of the tag, both ways.
fn beside(reported: &Loaded, mended: &Loaded, run_at: Timestamp) -> Result<Vec<Tagged>, Error> {
    let by = GroupBy::Tag(TAG.to_owned());
    let [reported, mended] = [reported, mended].map(|loaded| month::spend(loaded, &by, Bucket::Month, run_at));
    let (reported, mended) = (reported?.rows, mended?.rows);
    let mut values: Vec<&str> = mended.iter().chain(&reported).map(|row| row.group.as_str()).collect();
    values.sort_unstable();
    values.dedup();
    let under = |rows: &[shared::spend::SpendRow], value: &str| {
        rows.iter().find(|row| row.group == value).map_or(Decimal::ZERO, |row| row.cost)
    };
    let tagged = |value: &str| Tagged {
        value: value.to_owned(),
        reported: under(&reported, value),
        with_rules: under(&mended, value),
    };
    Ok(values.into_iter().map(tagged).collect())
}
