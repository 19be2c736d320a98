//! What Azure says of the tags of resource groups, as they were last read.

use std::collections::BTreeMap;

use shared::azure::resource_group;
use shared::guid::SubscriptionId;
use shared::snapshot::Snapshots;

use super::rules::{Rule, Says};
use crate::archive::Archive;
use crate::error::Error;

/// The tags of each group of a subscription, by its name in lower case: names mean the same in any case.
pub type GroupTags = BTreeMap<String, BTreeMap<String, String>>;

/// Those of the snapshots; none where no rule inherits, so that nobody reads them in vain.
pub async fn of_groups(
    archive: &Archive,
    snapshots: &Snapshots,
    of: SubscriptionId,
    rules: &[Rule],
) -> Result<GroupTags, Error> {
    let mut groups = GroupTags::new();
    if !rules.iter().any(|rule| matches!(rule.says, Says::Inherit { .. })) {
        return Ok(groups);
    }
    for object in snapshots.resource_groups.get(&of).into_iter().flatten() {
        let page = resource_group::decode_groups(&archive.page(object).await?);
        for group in page.map_err(Error::damaged(object.key.clone()))?.value {
            groups.insert(group.name.to_lowercase(), group.tags.unwrap_or_default());
        }
    }
    Ok(groups)
}
