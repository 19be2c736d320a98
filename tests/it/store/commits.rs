//! Commits to one store by several at once: numbers without a gap, nothing lost, and no list of everything each time.

use functions::archive::Archive;
use futures_util::future::join_all;
use jiff::Timestamp;
use shared::snapshot::Entry;

use super::server::{Asked, S3Server};

fn entry(name: &str) -> Vec<Entry> {
    vec![Entry::Subscription {
        subscription_id: format!("11111111-2222-3333-4444-{:0>12}", name.len()).parse().unwrap(),
        name: name.to_owned(),
        offer: "MS-AZR-0003P".parse().unwrap(),
        currency: shared::money::Currency::USD,
        commitment: None,
    }]
}

async fn commit(archive: &Archive, name: &str) -> u64 {
    archive.commit(Timestamp::UNIX_EPOCH, "test", entry(name)).await.unwrap()
}

/// Writes, reads of one object, and lists, since the last call.
fn taken(asked: &Asked) -> (usize, usize, Vec<String>) {
    let asked = std::mem::take(&mut *asked.lock().unwrap());
    let puts = asked.iter().filter(|(method, _)| method == "PUT").count();
    let (lists, gets): (Vec<_>, Vec<_>) = asked
        .into_iter()
        .filter(|(method, _)| method == "GET")
        .map(|(_, path)| path)
        .partition(|p| p.contains("list-type"));
    (puts, gets.len(), lists)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_lists_only_when_its_number_is_taken() {
    let server = S3Server::start().await;
    let [one, other] = [(); 2].map(|()| Archive::new(server.store("costs/x")));
    for number in 1..=5 {
        assert_eq!(commit(&one, "a").await, number);
    }
    let (puts, gets, lists) = taken(&server.asked);
    // Each is read back, and nothing else is read; the one list of packs and the one of records find nothing.
    assert_eq!((puts, gets, lists.len()), (5, 5, 2), "{lists:?}");
    // Another process reads what there is, once.
    assert_eq!(commit(&other, "bb").await, 6);
    assert_eq!((taken(&server.asked).0, one.snapshots().await.unwrap().last_number), (1, 6));
    taken(&server.asked);
    assert_eq!(commit(&other, "ccc").await, 7);
    // The first one finds 7 taken, looks whose it is, reads that record alone, and takes the next number.
    assert_eq!(taken(&server.asked).0, 1);
    assert_eq!(commit(&one, "dddd").await, 8);
    let (puts, gets, lists) = taken(&server.asked);
    assert_eq!((puts, gets, lists.len()), (2, 3, 1));
    assert!(lists[0].contains("start-after=x%2Fmanifests%2F00000006.json"), "{lists:?}");
    // A reader who knows everything is told so by one short list.
    assert_eq!(one.snapshots().await.unwrap().subscriptions.len(), 4);
    assert_eq!(taken(&server.asked).1, 0);
    let fresh = Archive::new(server.store("costs/x"));
    assert_eq!(fresh.snapshots().await.unwrap().subscriptions.len(), 4);
    assert!(fresh.verify(Timestamp::UNIX_EPOCH, &|_, _, _| ()).await.unwrap().whole);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_at_once_get_every_number_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file:{}", folder.path().join("data").display());
    let server = S3Server::start().await;
    let stores: [Box<dyn Fn() -> Archive>; 2] = [
        Box::new(|| Archive::new(functions::store::Store::open(&url).unwrap())),
        Box::new(|| Archive::new(server.store("costs"))),
    ];
    for open in stores {
        let runs = (0..8).map(|_| open()).map(|archive| async move {
            let mut numbers = Vec::new();
            for _ in 0..5 {
                numbers.push(commit(&archive, "x").await);
            }
            numbers
        });
        let mut numbers: Vec<u64> = join_all(runs).await.concat();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=40).collect::<Vec<u64>>());
        let found = open().verify(Timestamp::UNIX_EPOCH, &|_, _, _| ()).await.unwrap();
        assert_eq!((found.whole, found.counts.records), (true, 40), "{:?}", found.breaches);
    }
}
