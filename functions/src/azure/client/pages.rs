//! Pages: links are followed as they are given, only to the host they may lead to, and never in a circle.

use std::collections::BTreeSet;

use url::Url;

use super::{Auth, AzureClient, AzureError, Body, Want, shown};
use crate::planted::{Bug, planted};

/// A reported day of the largest subscriptions has some hundred pages.
const MAX_PAGES: usize = 10_000;

/// Why paging stopped.
pub(super) enum Halt<E> {
    /// Azure did not give this page, counted from 0.
    Azure { page: usize, error: AzureError },
    /// Whoever reads the pages does not want more.
    Reader(E),
}

impl<E: From<AzureError>> Halt<E> {
    pub(super) fn into_error(self) -> E {
        match self {
            Halt::Azure { error, .. } => error.into(),
            Halt::Reader(error) => error,
        }
    }
}

impl AzureClient {
    pub(super) async fn pages<E: From<AzureError>>(
        &self,
        first: Url,
        auth: Auth,
        page: &mut impl AsyncFnMut(usize, Body) -> Result<Option<String>, E>,
    ) -> Result<(), E> {
        self.follow(first, auth, page).await.map_err(Halt::into_error)
    }

    pub(super) async fn follow<E>(
        &self,
        first: Url,
        auth: Auth,
        page: &mut impl AsyncFnMut(usize, Body) -> Result<Option<String>, E>,
    ) -> Result<(), Halt<E>> {
        let mut url = first;
        let mut seen = BTreeSet::new();
        for number in 0..MAX_PAGES {
            let halt = |error| Halt::Azure { page: number, error };
            if !seen.insert(question(&url)) && !planted(Bug::CircleUnnoticed) {
                let problem = format!("page {} leads back to an earlier one", number + 1);
                return Err(halt(AzureError::Paging { request: shown(&url), problem }));
            }
            let body = self.fetch(&url, auth, Want::Json).await.map_err(halt)?;
            let Some(link) = page(number, body).await.map_err(Halt::Reader)? else { return Ok(()) };
            if planted(Bug::OnlyTheFirstPage) {
                return Ok(());
            }
            url = match auth {
                _ if planted(Bug::LinksAnywhere) => url.join(&link).map_err(|_| AzureError::Config(String::new())),
                Auth::Token => self.egress.arm_link(&link),
                Auth::None => self.egress.retail_link(&link),
            }
            .map_err(halt)?;
        }
        let error = AzureError::Paging { request: shown(&url), problem: format!("more than {MAX_PAGES} pages") };
        Err(Halt::Azure { page: MAX_PAGES, error })
    }
}

/// What a URL asks, whatever the case of its names and the order of its parameters: Azure changes both in its links.
fn question(url: &Url) -> (String, Vec<(String, String)>) {
    let pairs = url.query_pairs().map(|(name, value)| (name.to_ascii_lowercase(), value.into_owned()));
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort();
    (url.path().to_ascii_lowercase(), pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_the_same_in_other_order_and_case() {
        let of = |text: &str| question(&Url::parse(text).unwrap());
        assert_eq!(of("https://a/Usage?Start=1&end=2"), of("https://a:443/usage?end=2&start=1"));
        assert_ne!(of("https://a/usage?token=A"), of("https://a/usage?token=a"));
    }
}
