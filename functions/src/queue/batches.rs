//! Messages cut into requests that a queue takes: never too many, never too large together.

/// What one request may hold.
const MESSAGES: usize = 10;
/// Bytes of all bodies together. SQS takes four times as much by now; every other host takes this.
pub const BYTES: usize = 256 * 1024;

/// The batches of a row of messages, each made when it is asked for.
pub struct Batches<I: Iterator<Item = String>> {
    messages: std::iter::Peekable<I>,
}

impl<I: Iterator<Item = String>> Batches<I> {
    pub fn of(messages: I) -> Batches<I> {
        Batches { messages: messages.peekable() }
    }
}

impl<I: Iterator<Item = String>> Iterator for Batches<I> {
    type Item = Vec<String>;

    /// A message that is too large by itself stands alone.
    fn next(&mut self) -> Option<Vec<String>> {
        let first = self.messages.next()?;
        let (mut bytes, mut batch) = (first.len(), vec![first]);
        let fits = |bytes: usize, next: &String| bytes + next.len() <= BYTES;
        while batch.len() < MESSAGES {
            let Some(next) = self.messages.next_if(|next| fits(bytes, next)) else { break };
            bytes += next.len();
            batch.push(next);
        }
        Some(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_in_one_batch_and_none_is_too_large() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..200 {
            let most = random.usize(1..BYTES);
            let messages: Vec<String> =
                (0..random.usize(0..60)).map(|n| n.to_string() + &"x".repeat(random.usize(0..most))).collect();
            let batches: Vec<Vec<String>> = Batches::of(messages.iter().cloned()).collect();
            assert_eq!(batches.concat(), messages);
            let bytes = |batch: &[String]| batch.iter().map(String::len).sum::<usize>();
            for (at, batch) in batches.iter().enumerate() {
                assert!(batch.len() <= MESSAGES && (bytes(batch) <= BYTES || batch.len() == 1));
                // And none is smaller than it must be.
                if let Some(next) = batches.get(at + 1) {
                    assert!(batch.len() == MESSAGES || bytes(batch) + next[0].len() > BYTES);
                }
            }
        }
    }

    #[test]
    fn a_message_beyond_the_limit_stands_alone() {
        let large = "x".repeat(BYTES + 1);
        let sizes = |messages: &[&str]| -> Vec<usize> {
            Batches::of(messages.iter().map(|message| (*message).to_owned())).map(|batch| batch.len()).collect()
        };
        assert_eq!(sizes(&["a", &large, "b", "c"]), [1, 1, 2]);
        assert_eq!(sizes(&["x"; 23]), [10, 10, 3]);
        assert!(sizes(&[]).is_empty());
    }
}
