//! Writes a text or a book for each target to begin with.
//!
//!     cargo run --example seeds -- FOLDER

use std::fs;
use std::path::Path;

use fuzz::{BOOK, CARD};
use shared::ratebook::{compact, format};

fn main() {
    let folder = std::env::args().nth(1).expect("usage: seeds FOLDER");
    let put = |target: &str, name: &str, bytes: &[u8]| {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder).expect("the folder can be made");
        fs::write(folder.join(name), bytes).expect("the folder can be written");
    };
    let (open, _) = &*BOOK;
    let written = compact::write(&open.book).expect("a real list can be written");
    put("compact_book", "prices", &written.prices);
    put("compact_book", "ids", &written.ids);
    put("json_book", "book", &format::to_bytes(&open.book));
    put("json_book", "card", CARD.as_bytes());
    put(
        "workload",
        "workload",
        br#"{"schema":"forebill.workload/1","name":"shop","items":[{"name":"a","query":"d4s v5","region":"westeurope","count":3,"schedule":{"hoursPerDay":"12","daysPerWeek":"5"}},{"meterId":"00000000-0000-4000-8000-000000000002","quantity":"20000.5","low":"0","high":"90000","unit":"GB","ramp":["0.5","1"],"group":"g","tags":{"k":"v"}}]}"#,
    );
    for (name, line) in [
        ("line", "2x d4s v5 linux in west europe 12h weekdays"),
        ("stored", "400 GB zrs hot blob"),
        ("id", "00000000-0000-4000-8000-000000000001"),
    ] {
        put("typed", name, line.as_bytes());
    }
    let row = |day: u8, quantity: &str| {
        format!(
            r#"{{"id":"/x","name":"Daily_1","type":"Microsoft.Commerce/UsageAggregate","properties":{{"subscriptionId":"11111111-2222-3333-4444-555555555555","usageStartTime":"2026-11-{day:02}T00:00:00+00:00","usageEndTime":"2026-11-{:02}T00:00:00+00:00","instanceData":"{{\"Microsoft.Resources\":{{\"resourceUri\":\"/subscriptions/s/r\",\"location\":\"euwest\",\"tags\":{{\"team\":\"a\"}}}}}}","quantity":{quantity},"unit":"Hours","meterId":"00000000-0000-4000-8000-000000000001","infoFields":{{}}}}}}"#,
            day + 1
        )
    };
    let rows = [row(1, "1.5"), row(2, "24"), row(3, "2E-06")];
    put("usage", "page", format!(r#"{{"value":[{}],"nextLink":null}}"#, rows.join(",")).as_bytes());
    put("usage", "lines", rows.join("\n").as_bytes());
}
