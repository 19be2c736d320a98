//! What Azure says of the tags of resource groups, as they were last read.

use std::collections::BTreeMap;

use shared::azure::resource_group;
use shared::guid::SubscriptionId;
use shared::snapshot::{Snapshots, StoredObject};

use super::rules::{Rule, Says};
use crate::archive::Archive;
use crate::error::Error;

/// The tags of each group of a subscription, by its name in lower case: names mean the same in any case.
pub type GroupTags = BTreeMap<String, BTreeMap<String, String>>;

/// The pages that rules inherit from; none where no rule inherits, so that nobody reads them in vain.
pub fn pages_of<'s>(snapshots: &'s Snapshots, of: SubscriptionId, rules: &[Rule]) -> &'s [StoredObject] {
    let inherits = rules.iter().any(|rule| matches!(rule.says, Says::Inherit { .. }));
    snapshots.resource_groups.get(&of).filter(|_| inherits).map_or(&[], Vec::as_slice)
}

/// The groups of these pages.
pub async fn of_groups(archive: &Archive, pages: &[StoredObject]) -> Result<GroupTags, Error> {
    let mut groups = GroupTags::new();
    for object in pages {
        let page = resource_group::decode_groups(&archive.page(object).await?);
        for group in page.map_err(Error::damaged(object.key.clone()))?.value {
            groups.insert(group.name.to_lowercase(), group.tags.unwrap_or_default());
        }
    }
    Ok(groups)
}
