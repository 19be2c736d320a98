//! Resource groups and their tags (Resource Manager, 2021-04-01).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::invoice::Page;
use crate::json::{self, DecodeError};

/// One resource group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ResourceGroup {
    /// Its id in Azure, which says that it is one.
    pub id: String,
    /// Its name: the same in any case.
    pub name: String,
    /// Its tags. What has none is told with an empty object, with null, or without the field.
    #[serde(default)]
    pub tags: Option<BTreeMap<String, String>>,
}

/// Decodes one page.
///
/// # Errors
/// [`DecodeError`] with the place of what is no list of groups.
///
/// ```
/// let page = shared::azure::resource_group::decode_groups(br#"{"value": [
///     {"id": "/subscriptions/x/resourceGroups/rg-web", "name": "rg-web", "location": "westeurope",
///      "tags": {"costCenter": "4711"}},
///     {"id": "/subscriptions/x/resourceGroups/rg-new", "name": "rg-new", "tags": null}]}"#)?;
/// assert_eq!(page.value[0].tags.as_ref().map(|tags| tags["costCenter"].as_str()), Some("4711"));
/// assert_eq!(page.value[1].tags, None);
/// # Ok::<(), shared::json::DecodeError>(())
/// ```
pub fn decode_groups(bytes: &[u8]) -> Result<Page<ResourceGroup>, DecodeError> {
    let page: Page<ResourceGroup> = json::decode(bytes)?;
    for (at, group) in page.value.iter().enumerate() {
        if !group.id.to_ascii_lowercase().contains("/resourcegroups/") {
            return Err(DecodeError::at(format!("value[{at}].id"), "is not the id of a resource group"));
        }
    }
    Ok(page)
}
