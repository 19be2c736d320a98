//! Snapshots in a bucket. S3 itself keeps the promise "never overwritten": every write says `If-None-Match: *`.
//!
//! One loop of ours does the tries and not the SDK's: whether a write that finds its key taken met its own first try
//! can be told only by who counts the tries.

mod connect;
mod failure;

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use jiff::Timestamp;
use tokio::sync::OnceCell;

use super::{MAX_OBJECT_BYTES, Put, StoreError, check_key};
pub use connect::Endpoint;
use failure::{Failure, Tries};

/// What a request does, the right that it needs, and the key or folder.
type Asked<'a> = (&'static str, &'static str, &'a str);

/// A folder of a bucket.
#[derive(Debug)]
pub struct S3Store {
    bucket: String,
    /// Empty, or ends with a slash.
    prefix: String,
    /// One of our own choice; otherwise AWS's, as the environment says.
    endpoint: Option<Endpoint>,
    client: OnceCell<Client>,
}

impl S3Store {
    /// `BUCKET` or `BUCKET/PREFIX`. Nothing is asked before the first request.
    pub(super) fn new(place: &str, endpoint: Option<Endpoint>) -> Option<S3Store> {
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        let prefix = prefix.trim_end_matches('/');
        if !is_bucket(bucket) || !(prefix.is_empty() || prefix.split('/').all(is_prefix_part)) {
            return None;
        }
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Some(S3Store { bucket: bucket.to_owned(), prefix, endpoint, client: OnceCell::new() })
    }

    async fn client(&self) -> Result<&Client, StoreError> {
        let place = || format!("s3://{}/{}", self.bucket, self.prefix);
        self.client.get_or_try_init(|| connect::client(self.endpoint.as_ref(), place)).await
    }

    /// The key as S3 knows it.
    fn full(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    fn place(&self, key: &str) -> String {
        format!("s3://{}/{}{key}", self.bucket, self.prefix)
    }

    /// Sends a request until it is answered, refused for good, or tried often enough. `send` makes it anew each time.
    async fn tried<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        (doing, right, key): Asked<'_>,
        send: impl Fn() -> F,
    ) -> Result<T, StoreError> {
        let mut tries = Tries::new();
        loop {
            match send().await {
                Ok(answer) => return Ok(answer),
                Err(failure) if tries.again(&failure).await => {}
                Err(failure) => return Err(failure.told(doing, right, self.place(key), key, tries.count)),
            }
        }
    }

    pub(super) async fn put_new(&self, key: &str, bytes: Vec<u8>) -> Result<Put, StoreError> {
        let client = self.client().await?;
        let body = SdkBody::from(bytes);
        let mut tries = Tries::new();
        loop {
            let request = client.put_object().bucket(&self.bucket).key(self.full(key));
            // Bytes in memory and not a stream: their length and checksum go ahead of them.
            let copy = ByteStream::new(body.try_clone().unwrap_or_else(SdkBody::taken));
            let Err(error) = request.if_none_match("*").body(copy).send().await else { return Ok(Put::Created) };
            match failure::of(error) {
                Failure::Taken if tries.count == 1 => return Ok(Put::Exists),
                // An earlier try may have been done and its answer lost: then what is there is ours.
                Failure::Taken => {
                    let ours = Some(&self.get(key).await?[..]) == body.bytes();
                    return Ok(if ours { Put::Created } else { Put::Exists });
                }
                failure if tries.again(&failure).await => {}
                failure => return Err(failure.told("writing", "PutObject", self.place(key), key, tries.count)),
            }
        }
    }

    /// The only write without `If-None-Match`.
    pub(super) async fn mend(&self, key: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let (client, body) = (self.client().await?, SdkBody::from(bytes));
        let send = || {
            let copy = ByteStream::new(body.try_clone().unwrap_or_else(SdkBody::taken));
            let request = client.put_object().bucket(&self.bucket).key(self.full(key)).body(copy).send();
            async move { request.await.map(|_| ()).map_err(failure::of) }
        };
        self.tried(("writing", "PutObject", key), send).await
    }

    pub(super) async fn modified(&self, key: &str) -> Result<Option<Timestamp>, StoreError> {
        let client = self.client().await?;
        let send = || {
            let request = client.head_object().bucket(&self.bucket).key(self.full(key)).send();
            async move { request.await.map_err(failure::of) }
        };
        match self.tried(("looking at", "GetObject", key), send).await {
            Ok(answer) => Ok(answer.last_modified().and_then(|at| Timestamp::from_second(at.secs()).ok())),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let client = self.client().await?;
        let send = || {
            let request = client.delete_object().bucket(&self.bucket).key(self.full(key)).send();
            async move { request.await.map(|_| ()).map_err(failure::of) }
        };
        self.tried(("deleting", "DeleteObject", key), send).await
    }

    pub(super) async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        let client = self.client().await?;
        let send = || {
            let request = client.get_object().bucket(&self.bucket).key(self.full(key)).send();
            async move { body_of(request.await.map_err(failure::of)?).await }
        };
        match self.tried(("reading", "GetObject", key), send).await? {
            Body::Whole(bytes) => Ok(bytes),
            Body::TooLarge(bytes) => Err(StoreError::TooLarge { key: key.to_owned(), bytes }),
        }
    }

    /// S3 answers in the order of the keys, a thousand at a time, and can start after one: what is known is not asked
    /// for again.
    pub(super) async fn list(&self, folder: &str, after: Option<&str>) -> Result<Vec<String>, StoreError> {
        let (mut keys, mut next) = (Vec::new(), None);
        loop {
            let answer = self.page_of_keys(folder, after, next.clone()).await?;
            let found = answer.contents().iter().filter_map(|object| object.key()?.strip_prefix(&self.prefix));
            // What others laid into our prefix is no object of ours, as in a folder.
            keys.extend(found.filter(|key| check_key(key).is_ok()).map(str::to_owned));
            match answer.next_continuation_token {
                Some(token) if next.as_ref() != Some(&token) => next = Some(token),
                Some(_) => {
                    let failure = Failure::NoAnswer("the list leads back to the page before".to_owned());
                    return Err(failure.told("listing", "ListBucket", self.place(folder), folder, 1));
                }
                None => break,
            }
        }
        // Another maker of S3 may have another order; ours is that of the bytes.
        keys.sort_unstable();
        Ok(keys)
    }

    async fn page_of_keys(
        &self,
        folder: &str,
        after: Option<&str>,
        token: Option<String>,
    ) -> Result<ListObjectsV2Output, StoreError> {
        let client = self.client().await?;
        let send = || {
            let request = client.list_objects_v2().bucket(&self.bucket).prefix(self.full(folder));
            let request = request.set_start_after(after.map(|key| self.full(key)));
            let request = request.set_continuation_token(token.clone()).send();
            async move { request.await.map_err(failure::of) }
        };
        self.tried(("listing", "ListBucket", folder), send).await
    }
}

enum Body {
    Whole(Vec<u8>),
    TooLarge(u64),
}

/// Reads a body up to the limit. A body that breaks off may be whole the next time.
async fn body_of(mut answer: GetObjectOutput) -> Result<Body, Failure> {
    let promised = answer.content_length().and_then(|bytes| u64::try_from(bytes).ok());
    if let Some(bytes) = promised.filter(|bytes| *bytes > MAX_OBJECT_BYTES) {
        return Ok(Body::TooLarge(bytes));
    }
    let mut bytes = Vec::new();
    loop {
        match answer.body.try_next().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return Err(Failure::NoAnswer(failure::chain(&error))),
        }
        if bytes.len() as u64 > MAX_OBJECT_BYTES {
            return Ok(Body::TooLarge(bytes.len() as u64));
        }
    }
    match promised {
        Some(promised) if promised != bytes.len() as u64 => {
            Err(Failure::NoAnswer(format!("{promised} bytes were promised, {} came", bytes.len())))
        }
        _ => Ok(Body::Whole(bytes)),
    }
}

fn is_bucket(text: &str) -> bool {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    (3..=63).contains(&text.len())
        && ends(text.chars().next())
        && ends(text.chars().next_back())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.')
        && !text.contains("..")
}

/// What a folder of a bucket may be called without being escaped anywhere.
fn is_prefix_part(part: &str) -> bool {
    !part.is_empty()
        && !part.starts_with('.')
        && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._=".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_bucket_and_perhaps_a_folder() {
        for good in ["costs", "my.costs-1", "costs/forebill", "costs/Team=A/x/", "costs/"] {
            assert!(S3Store::new(good, None).is_some(), "{good}");
        }
        for bad in
            ["", "ab", "Costs", "a_b_c", "-costs", "costs-", "co..sts", "costs//x", "costs/../x", "costs/ä", "costs/.x"]
        {
            assert!(S3Store::new(bad, None).is_none(), "{bad}");
        }
        let store = S3Store::new("costs/a/b/", None).unwrap_or_else(|| panic!("a store"));
        assert_eq!(store.place("k"), "s3://costs/a/b/k");
    }
}
