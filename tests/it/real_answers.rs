//! Real answers of Azure through the whole way: served on loopback, fetched by the real program, kept, and compared
//! price by price with a reading by another program in another language (`tests/oracle`, Python).
//!
//! The recorded answers lie beside the checkout. Without them the same comparison runs on the generated sample.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::thread::JoinHandle;

use functions::archive::Archive;
use functions::demo::{Options, SampleAzure};
use functions::store::Store;
use serde_json::Value;
use shared::decimal::Decimal;
use shared::meter::{Meter, PriceKind};
use shared::ratebook::format::OpenBook;
use shared::snapshot::{Entry, PriceList};
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::support::program::{Answer, answer, command, forebill};
use crate::support::recorded;

const NOW: &str = "2026-11-23T09:00:00Z";
const OFFER: &str = "MS-AZR-0062P";
const CARD: &str = "azure/ratecard/ratecard-MS-AZR-0062P-USD-en-US-2020-12-10.json.zst";

/// A sample Azure on a thread of its own, so that the program can be waited for. Stops when dropped.
pub struct Served {
    /// Variables that lead the program here.
    variables: Vec<(&'static str, String)>,
    /// A subscription that may ask.
    pub subscription: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    /// Starts the sample.
    pub fn start(options: Options) -> Served {
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let sample = SampleAzure::start(options).await.unwrap();
                let variables = [
                    ("AZURE_AUTHORITY_HOST", sample.authority()),
                    ("AZURE_TENANT_ID", sample.tenant_id()),
                    ("AZURE_CLIENT_ID", sample.client_id()),
                    ("AZURE_CLIENT_SECRET", sample.client_secret()),
                    ("FOREBILL_ARM_ENDPOINT", sample.arm()),
                    ("FOREBILL_RETAIL_ENDPOINT", sample.retail()),
                    ("FOREBILL_AT", NOW),
                ];
                let variables = variables.map(|(name, value)| (name, value.to_owned())).to_vec();
                tell.send((variables, sample.subscriptions()[0].id.clone())).unwrap();
                // A dropped sender ends it as well.
                let _ = stopped.await;
            });
        });
        let (variables, subscription) = told.recv().unwrap();
        Served { variables, subscription, stop: Some(stop), thread: Some(thread) }
    }

    /// Runs the program against it.
    pub fn forebill(&self, folder: &Path, arguments: &[&str]) -> Answer {
        answer(command(folder, arguments).envs(self.variables.iter().cloned()).output().unwrap())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || !matches!(ended, Some(Err(_))), "the sample Azure failed");
    }
}

/// What an oracle prints, one line per price.
fn oracle(script: &str, arguments: &[&Path]) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oracle").join(script);
    // -B: nothing is written into the checkout.
    let output = Command::new("python3").arg("-B").arg(&script).args(arguments).env("PYTHONUTF8", "1").output();
    let output = output.expect("python3 is needed: it is the second opinion");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn line(fields: &[&str]) -> String {
    serde_json::to_string(fields).unwrap()
}

/// The newest price list of a store: its record, its book and the raw pages, hashes checked on the way.
fn newest(folder: &Path) -> (PriceList, OpenBook, Vec<Vec<u8>>) {
    let archive = Archive::new(Store::open(&format!("file:{}", folder.join("data").display())).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let list = archive.snapshots().await.unwrap().prices.pop().expect("a price list was committed");
        let book = archive.book(&list.book).await.unwrap();
        let mut pages = Vec::new();
        for object in &list.pages {
            pages.push(archive.page(object).await.unwrap());
        }
        (list, book, pages)
    })
}

#[track_caller]
fn done(answer: &Answer) -> Value {
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    answer.json()
}

/// Compares all lines of both sides; a difference shows its first lines only.
#[track_caller]
fn check_equal(what: &str, expected: &[String], found: &[String]) {
    let (left, right): (BTreeSet<_>, BTreeSet<_>) = (expected.iter().collect(), found.iter().collect());
    let missing: Vec<_> = left.difference(&right).take(10).collect();
    let surplus: Vec<_> = right.difference(&left).take(10).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "{what}\nmissing: {missing:#?}\nsurplus: {surplus:#?}");
    assert_eq!(expected.len(), found.len(), "{what}: some line stands twice");
}

/// A rate card that was fetched, and where it lies.
pub struct Card {
    /// Where the program kept it.
    pub folder: TempDir,
    file: PathBuf,
    /// The book made of it.
    pub book: OpenBook,
    /// Whether it is the recorded one, and not the sample's.
    pub real: bool,
}

/// Fetches the card through sign-in, redirect and signed link, and writes the kept answer to a file for the oracle.
pub fn fetched_card() -> Card {
    let recorded = recorded::bytes(CARD);
    let mut options = Options::at(NOW.parse().unwrap());
    if let Some(bytes) = &recorded {
        options.rate_cards.insert(OFFER.into(), bytes.clone());
    }
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(options);
    let arguments = ["snapshot", "ratecard", "--subscription", &served.subscription, "--offer", OFFER, "-o", "json"];
    let report = done(&served.forebill(folder.path(), &arguments));
    let (list, book, pages) = newest(folder.path());
    assert_eq!(pages.len(), 1);
    if let Some(recorded) = &recorded {
        assert!(pages[0] == *recorded, "what is kept is not what was sent");
    }
    assert_eq!(report["jobs"][0]["rows"], list.meters);
    assert_eq!(book.header().offer.as_ref().map(ToString::to_string).as_deref(), Some(OFFER));
    let file = folder.path().join("card.json");
    fs::write(&file, &pages[0]).unwrap();
    Card { folder, file, book, real: recorded.is_some() }
}

fn card_lines(meters: &[Meter]) -> Vec<String> {
    let mut lines = Vec::new();
    for meter in meters {
        for tier in meter.tiers.tiers() {
            lines.push(line(&[
                &meter.id.to_string(),
                &meter.effective_at.to_string(),
                &meter.category,
                &meter.sub_category,
                &meter.name,
                &meter.region,
                &meter.unit,
                &meter.included_quantity.to_string(),
                if meter.third_party { "third party" } else { "" },
                &tier.from.to_string(),
                &tier.unit_price.to_string(),
            ]));
        }
    }
    lines
}

/// Truth: `read_ratecard.py` over the recorded card of 2020-12-10; the counts are those of azure-apis.md section 1.3.
#[test]
fn every_meter_and_tier_of_the_real_card_arrives() {
    let card = fetched_card();
    let expected = oracle("read_ratecard.py", &[&card.file]);
    check_equal("the rate card", &expected, &card_lines(card.book.meters()));
    if card.real {
        assert_eq!((card.book.meters().len(), expected.len()), (78_189, 81_048));
        assert_eq!(card.book.header().terms.len(), 1);
        assert_eq!(card.book.header().terms[0].excluded_meter_ids.len(), 168);
    }
    check_spots(card.folder.path(), &expected);
    check_import_gives_the_same_book(&card);
}

/// Fifty meters, one after the other through the command that a person would use.
#[track_caller]
fn check_spots(folder: &Path, expected: &[String]) {
    for spot in (0..50).map(|n| n * (expected.len() - 1) / 49) {
        let fields: Vec<String> = serde_json::from_str(&expected[spot]).unwrap();
        let [id, effective, .., from, price] = fields.as_slice() else { panic!("{fields:?}") };
        let shown = done(&forebill(folder, &["prices", "show", id, "--offer", OFFER, "-o", "json"]));
        let row = shown["prices"].as_array().unwrap().iter().find(|row| row["meter"]["effectiveAt"] == **effective);
        let tiers = row.map(|row| row["tiers"].as_array().unwrap().clone()).unwrap_or_default();
        let tier = tiers.iter().find(|tier| tier["from"] == **from);
        let found = tier.map(|tier| tier["unitPrice"].clone()).unwrap_or_default();
        assert_eq!(found, **price, "spot {spot}: {} {} in {} from {from}\n{shown:#}", fields[2], fields[4], fields[5]);
    }
}

/// The packed file as it is recorded, or the fetched bytes: the same book, to the byte.
#[track_caller]
fn check_import_gives_the_same_book(card: &Card) {
    let folder = tempfile::tempdir().unwrap();
    let file = recorded::path(CARD).unwrap_or_else(|| card.file.clone());
    let file = file.canonicalize().unwrap();
    let report = done(&forebill(
        folder.path(),
        &["import", "ratecard", file.to_str().unwrap(), "--offer", OFFER, "-o", "json", "--at", NOW],
    ));
    assert_eq!(report["rows"], card.book.meters().len());
    assert_eq!(newest(folder.path()).0.book, card.book.id);
}

/// The 55 raw pages of 28 regions, two of them once more, and a page of all services; none without the recordings.
fn recorded_pages() -> Vec<Vec<u8>> {
    let Some(tar) = recorded::bytes("azure/retail-prices/vm-28-regions-raw-pages-2024-02.tar.zst") else {
        return Vec::new();
    };
    let mut pages = BTreeMap::new();
    for entry in tar::Archive::new(&tar[..]).entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry.header().entry_type().is_file() {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            pages.insert(entry.path().unwrap().into_owned(), bytes);
        }
    }
    assert_eq!(pages.len(), 55);
    let mut pages: Vec<Vec<u8>> = pages.into_values().collect();
    for name in ["germanywestcentral-1", "germanywestcentral-2", "all-services-first-1000-items-2024-08"] {
        pages.extend(recorded::bytes(&format!("azure/retail-prices/{name}.json.gz")));
    }
    pages
}

/// One line of the book in the form of `read_retail.py`, without its price's date: that is compared by itself.
fn retail_lines(meters: &[Meter]) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut lines: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for meter in meters {
        let (kind, term) = match &meter.kind {
            PriceKind::Consumption => ("Consumption", ""),
            PriceKind::DevTest => ("DevTestConsumption", ""),
            PriceKind::Reservation { term } => ("Reservation", &**term),
            PriceKind::SavingsPlan { term } => ("SavingsPlan", &**term),
            PriceKind::Other(name) => (&**name, ""),
        };
        let sku = meter.sku.as_ref().unwrap();
        for tier in meter.tiers.tiers() {
            let at = meter.effective_at.to_string();
            let id = meter.id.to_string();
            let from = tier.from.to_string();
            let key = [
                &id,
                kind,
                term,
                &sku.id,
                &sku.arm_name,
                &meter.region,
                &meter.category,
                &meter.sub_category,
                &meter.name,
                &meter.unit,
                &from,
            ];
            let before = lines.entry(line(&key)).or_default().insert(at, tier.unit_price.to_string());
            assert_eq!(before, None, "{key:?} stands twice");
        }
    }
    lines
}

/// The oracle's rows in the same form.
fn oracle_lines(rows: &[String]) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut lines: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for row in rows {
        let fields: Vec<String> = serde_json::from_str(row).unwrap();
        let [id, kind, term, sku, arm, region, at, service, product, name, unit, from, price] = fields.as_slice()
        else {
            panic!("{fields:?}")
        };
        let key = line(&[id, kind, term, sku, arm, region, service, product, name, unit, from]);
        let before = lines.entry(key).or_default().insert(at.clone(), price.clone());
        assert_eq!(before, None, "{row} has two prices on one day");
    }
    lines
}

/// Retail pages that were fetched, and where they lie.
pub struct Pages {
    /// Where the program kept them.
    pub folder: TempDir,
    /// One file each, in the order of the feed.
    pub files: Vec<PathBuf>,
    /// The book made of them.
    pub book: OpenBook,
    /// Whether they are the recorded ones, and not the sample's.
    pub real: bool,
    report: Value,
}

/// Fetches all pages as the feed gives them, and writes them to files for the oracle.
pub fn fetched_pages() -> Pages {
    let recorded = recorded_pages();
    let mut options = Options::at(NOW.parse().unwrap());
    options.retail_pages.clone_from(&recorded);
    let folder = tempfile::tempdir().unwrap();
    let report = done(&Served::start(options).forebill(folder.path(), &["snapshot", "retail", "-o", "json"]));
    let (list, book, pages) = newest(folder.path());
    assert_eq!((pages.len(), list.meters), (pages.len().max(recorded.len()), book.meters().len() as u64));
    let files = written(folder.path(), &pages);
    Pages { folder, files, book, real: !recorded.is_empty(), report }
}

/// Truth: `read_retail.py` over the recorded pages of 2024; the counts are those of the data's README.
#[test]
fn every_row_of_the_real_retail_pages_arrives() {
    let Pages { files, book, real, report, .. } = &fetched_pages();
    let rows = oracle("read_retail.py", &files.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    if *real {
        assert_eq!(report["jobs"][0]["rows"], 36_400 + 1000 + 214 + 1000);
        // The two pages of one region came twice, and 56 rows stand on the page of all services as well.
        let plans = rows.iter().filter(|row| row.contains("\"SavingsPlan\"")).count();
        assert_eq!(rows.len() - plans, 36_400 + 1000 - 56);
        // azure-apis.md section 3: 3,163 of the 36,400 rows have plans, each one of 3 years and one of 1 year.
        assert_eq!(plans, 2 * 3163);
    }
    assert!(rows.iter().any(|row| row.contains("\"SavingsPlan\"")), "no savings plan was read");
    check_plans_price_no_usage(book.meters());
    check_retail(&oracle_lines(&rows), &retail_lines(book.meters()));
    let other = tempfile::tempdir().unwrap();
    let names: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    let report = done(&forebill(other.path(), &[&["import", "retail", "-o", "json"], &names[..]].concat()));
    assert_eq!(report["fetched"], files.len());
    assert_eq!(newest(other.path()).0.book, book.id);
}

/// A savings plan is cheaper than the use it covers, and a month is never rated with it.
#[track_caller]
fn check_plans_price_no_usage(meters: &[Meter]) {
    let header = shared::ratebook::BookHeader {
        source: shared::ratebook::Source::Retail,
        offer: None,
        currency: shared::money::Currency::USD,
        locale: String::new(),
        region_info: String::new(),
        own: None,
        terms: Vec::new(),
    };
    let plan = |meter: &&Meter| matches!(meter.kind, PriceKind::SavingsPlan { .. });
    let plans: Vec<Meter> = meters.iter().filter(plan).cloned().collect();
    let (book, _) = shared::ratebook::RateBook::new(header, plans).unwrap();
    for meter in book.meters() {
        let priced = book.price_at(meter.id, NOW.parse().unwrap());
        assert_eq!(priced.map(|_| ()), Err(shared::ratebook::Unpriced::NoSuchMeter), "{}", meter.id);
    }
}

/// Every row on its own date and at its exact price; and nothing else but prices that go on unchanged while another
/// tier of the same table changes.
#[track_caller]
fn check_retail(
    expected: &BTreeMap<String, BTreeMap<String, String>>,
    found: &BTreeMap<String, BTreeMap<String, String>>,
) {
    let (left, right): (BTreeSet<_>, BTreeSet<_>) = (expected.keys().collect(), found.keys().collect());
    let different: Vec<_> = left.symmetric_difference(&right).take(10).collect();
    assert!(different.is_empty(), "{different:#?}");
    for (key, prices) in expected {
        for (at, price) in prices {
            assert_eq!(found[key].get(at), Some(price), "{key} from {at}");
        }
        for (at, price) in &found[key] {
            let since = prices.range(..=at.clone()).next_back();
            assert_eq!(since.map(|(_, price)| price), Some(price), "{key} carried on to {at}");
        }
    }
}

fn written(folder: &Path, pages: &[Vec<u8>]) -> Vec<PathBuf> {
    let files = (0..pages.len()).map(|number| folder.join(format!("page-{number:04}.json")));
    files.zip(pages).inspect(|(file, bytes)| fs::write(file, bytes).unwrap()).map(|(file, _)| file).collect()
}

/// Quantities that meet every edge of a meter: nothing, inside, on and around each bound, far beyond the last.
fn quantities(meter: &Meter) -> Vec<Decimal> {
    let d = |text: &str| Decimal::parse(text).unwrap();
    let mut quantities = vec![Decimal::ZERO, d("0.000002"), d("123456789.123456789")];
    for tier in meter.tiers.tiers() {
        // Retail bounds count the included quantity, card bounds start behind it.
        let bound = tier.from.plus(meter.included_quantity).unwrap();
        quantities.extend([bound, bound.plus(d("0.0000000001")).unwrap(), bound.plus(d("7.3")).unwrap()]);
    }
    quantities
}

/// One row per meter and quantity, each under a subscription of its own, so that no two add up.
fn usage_of(meters: &[&Meter]) -> String {
    let mut text = String::new();
    for meter in meters {
        for (number, quantity) in quantities(meter).iter().enumerate() {
            let properties = serde_json::json!({
                "subscriptionId": format!("00000000-0000-4000-8000-{number:012}"),
                "meterId": meter.id.to_string(),
                "usageStartTime": "2026-10-01T00:00:00Z",
                "usageEndTime": "2026-10-02T00:00:00Z",
                "quantity": quantity.to_string(),
            });
            text.push_str(&format!("{}\n", serde_json::json!({"name": "Daily", "properties": properties})));
        }
    }
    text
}

/// Truth: `rate_tiers.py`, exact fractions over the same card, for 200 meters with several tiers.
#[test]
fn real_tiers_cost_what_fractions_say() {
    let card = fetched_card();
    let tiered: Vec<&Meter> = card.book.meters().iter().filter(|meter| meter.tiers.tiers().len() > 1).collect();
    if card.real {
        assert_eq!(tiered.len(), 1131);
    }
    let step = (tiered.len() / 200).max(1);
    let chosen: Vec<&Meter> = tiered.into_iter().step_by(step).collect();
    assert!(chosen.len() >= if card.real { 200 } else { 5 }, "{} meters", chosen.len());
    let usage = card.folder.path().join("usage.jsonl");
    fs::write(&usage, usage_of(&chosen)).unwrap();
    let rated = done(&forebill(
        card.folder.path(),
        &["rate", "--ratecard", "card.json", "--offer", OFFER, "--usage", "usage.jsonl", "-o", "json"],
    ));
    let text = |charge: &Value, name: &str| charge[name].as_str().unwrap_or_else(|| panic!("{charge:#}")).to_owned();
    let names = ["subscriptionId", "meterId", "billableQuantity", "cost", "invoiceCost"];
    let found: Vec<String> = (rated["charges"].as_array().unwrap().iter())
        .map(|charge| line(&names.map(|name| text(charge, name)).each_ref().map(String::as_str)))
        .collect();
    let expected = oracle("rate_tiers.py", &[&card.file, &usage]);
    assert!(expected.len() >= chosen.len() * 9, "{} charges", expected.len());
    check_equal("charges", &expected, &found);
}

/// Truth: the number of commits; a card that was read is one entry of one record, beside how it came.
#[test]
fn one_reading_is_one_record() {
    let card = fetched_card();
    let record = fs::read(card.folder.path().join("data/manifests/00000001.json")).unwrap();
    let record = shared::snapshot::Manifest::decode(&record).unwrap();
    let [Entry::Prices { meters, pages, book, .. }, Entry::Answers { .. }] = record.entries.as_slice() else {
        panic!("{record:?}")
    };
    assert_eq!((*meters, pages.len(), book), (card.book.meters().len() as u64, 1, &card.book.id));
}
