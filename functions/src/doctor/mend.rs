//! The commands that mend problems, with the ids filled in.

use shared::guid::SubscriptionId;

use crate::config::{AzureSettings, SignIn};

/// Whom commands are about.
pub struct Mend {
    /// The service principal; without one whoever is signed in at the Azure CLI.
    client_id: Option<String>,
    /// Whether another sign-in host than the cloud's own was chosen.
    other_authority: bool,
}

impl Mend {
    pub fn new(azure: &AzureSettings) -> Mend {
        Mend { client_id: azure.client_id.clone(), other_authority: azure.authority_host.is_some() }
    }

    fn assignee(&self) -> &str {
        self.client_id.as_deref().unwrap_or("\"$(az ad signed-in-user show --query id --output tsv)\"")
    }

    fn client(&self) -> &str {
        self.client_id.as_deref().unwrap_or("CLIENT")
    }

    /// Makes a service principal; it prints what AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET want.
    pub fn principal(&self) -> String {
        "az ad sp create-for-rbac --name forebill".to_owned()
    }

    /// Gives a role of Azure's own.
    pub fn role(&self, role: &str, id: SubscriptionId) -> Vec<String> {
        let assignee = self.assignee();
        vec![format!("az role assignment create --assignee {assignee} --role \"{role}\" --scope /subscriptions/{id}")]
    }

    /// Makes the role that has exactly the rights of the jobs, and gives it.
    pub fn own_role(&self, id: SubscriptionId) -> Vec<String> {
        let mut commands = vec![
            format!("sed s/00000000-0000-0000-0000-000000000000/{id}/ infra/azure-role.json > role.json"),
            "az role definition create --role-definition role.json".to_owned(),
        ];
        commands.extend(self.role("Forebill reader", id));
        commands
    }

    /// Registers the resource provider of usage and rate cards.
    pub fn registration(&self, id: SubscriptionId) -> Vec<String> {
        vec![format!("az provider register --namespace Microsoft.Commerce --subscription {id}")]
    }

    /// Shows which subscriptions there are, and of which tenant.
    pub fn look(&self) -> Vec<String> {
        let query = "[].{name:name, id:id, tenant:tenantId, state:state}";
        vec![format!("az account list --all --query \"{query}\" --output table")]
    }

    /// Shows the tenant of one.
    pub fn tenant(&self, id: SubscriptionId) -> Vec<String> {
        vec![format!("export AZURE_TENANT_ID=$(az account show --subscription {id} --query tenantId --output tsv)")]
    }

    /// Access to invoices is given by a person; no command does it.
    pub fn invoice_access(&self, id: SubscriptionId) -> Vec<String> {
        let place = "Subscriptions > the subscription > Invoices > Access to invoices > On";
        vec![format!("in the portal, as account administrator of {id}: {place}")]
    }

    /// A host that nobody answers at: what shows it from here, and the settings and rules that lie in between.
    pub fn reach(&self, host: &str) -> Vec<String> {
        let mut steps = vec![
            format!("curl --head --noproxy '*' {host}"),
            format!("let this machine reach {host} by name, directly: HTTPS_PROXY is not used"),
            "export FOREBILL_CLOUD=public, or china or usgov: each cloud signs in elsewhere".to_owned(),
        ];
        if self.other_authority {
            steps.push("unset AZURE_AUTHORITY_HOST".to_owned());
        }
        steps
    }

    /// What answers Entra's code. The words of the refusal say what it means.
    pub fn sign_in(&self, way: SignIn, words: &str) -> Vec<String> {
        let says = |codes: &[u32]| codes.iter().any(|code| words.contains(&format!("AADSTS{code}:")));
        let client = self.client();
        let command = if way == SignIn::AzureCli {
            "az login".to_owned()
        } else if says(&[7_000_215, 7_000_222]) {
            format!("az ad app credential reset --id {client} --append")
        } else if says(&[70_021, 700_211, 700_212, 700_213]) {
            format!("az ad app federated-credential list --id {client}")
        } else if says(&[700_027, 7_000_214, 700_030]) {
            format!("az ad app credential reset --id {client} --append --cert @certificate.pem")
        } else if says(&[7_000_112]) {
            format!("az ad sp update --id {client} --set accountEnabled=true")
        } else if says(&[700_016]) {
            format!("az ad sp create --id {client}")
        } else if says(&[90_002]) {
            "az account show --query tenantId --output tsv".to_owned()
        } else {
            return Vec::new();
        };
        vec![command]
    }
}
