//! The tags of resource groups: what resources without a tag of their own may inherit.

use shared::azure::resource_group;
use shared::guid::SubscriptionId;
use shared::snapshot::{Entry, StoredObject, key};

use super::kept_list::KeptList;
use super::same_content;
use crate::archive::answers::Answers;
use crate::azure::{AzureError, Body};
use crate::error::Error;
use crate::job::{Context, JobReport};

/// Reads the groups of a subscription. Nothing where they are as they were, or where the identity may not see them: who
/// only reads bills may not, and needs no more for anything else. What was read before stays then, and so it does when
/// Azure has trouble with this question, which is in the report: no invoice waits for it.
pub async fn read(
    context: &Context<'_>,
    of: SubscriptionId,
    known: Option<&Vec<StoredObject>>,
    report: &mut JobReport,
    answers: &mut Answers,
) -> Result<Option<Entry>, Error> {
    let mut how = Answers::default();
    let pages = match pages(context, of, report, &mut how).await {
        Ok(pages) => pages,
        Err(Error::Azure(AzureError::Status { status: 401 | 403 | 404, .. })) => {
            tracing::info!(%of, "the tags of resource groups may not be read: rules can still say them");
            return Ok(None);
        }
        Err(error @ (Error::Azure(_) | Error::BadInput { .. })) => {
            report.warnings.push(format!("the resource groups of {of} were not read: {error}"));
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if known.is_some_and(|known| same_content(known, &pages)) {
        return Ok(None);
    }
    answers.append(how);
    Ok(Some(Entry::ResourceGroups { subscription_id: of, pages }))
}

async fn pages(
    context: &Context<'_>,
    of: SubscriptionId,
    report: &mut JobReport,
    answers: &mut Answers,
) -> Result<Vec<StoredObject>, Error> {
    let mut list = KeptList::new(context, report, answers);
    context
        .azure
        .resource_groups(of, async |number, body: Body| -> Result<Option<String>, Error> {
            let page = resource_group::decode_groups(&body.bytes).map_err(Error::bad_input(&body.request))?;
            list.keep(&body, page, |hash| key::resource_groups(of, context.run_at, number, hash)).await
        })
        .await?;
    Ok(list.pages)
}
