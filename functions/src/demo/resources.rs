//! What runs in the three sample subscriptions: resources, their tags and their meters.
//! Tags are as untidy as in real tenants: missing, null, misspelt, in mixed case.
//! Add a line here and it is metered, reported and invoiced like the others.

use super::decimal::dec;
use super::load::{Load, RUNNING};

/// A meter by its four names: category, sub-category, name, place.
pub type MeterName = (&'static str, &'static str, &'static str, &'static str);

pub struct Resource {
    pub subscription: usize,
    pub group: &'static str,
    pub kind: &'static str,
    pub name: &'static str,
    pub location: &'static str,
    pub tags: Tags,
    pub meters: &'static [(MeterName, Load)],
}

pub enum Tags {
    /// The resource has none, and the service says `null`.
    Null,
    Of(&'static [(&'static str, &'static str)]),
}

use Tags::{Null, Of};

const PROD: Tags = Of(&[("env", "prod"), ("costCenter", "4711"), ("owner", "shop")]);
const DATA: Tags = Of(&[("env", "prod"), ("costCenter", "4890"), ("owner", "data-platform")]);
const DEV: Tags = Of(&[("env", "dev"), ("costCenter", "4720"), ("owner", "engineering")]);

const VM: &str = "Microsoft.Compute/virtualMachines";
const DISK: &str = "Microsoft.Compute/disks";
const STORAGE: &str = "Microsoft.Storage/storageAccounts";
const SITE: &str = "Microsoft.Web/sites";
const PLAN: &str = "Microsoft.Web/serverfarms";
const VAULT: &str = "Microsoft.KeyVault/vaults";
const LOGS: &str = "Microsoft.OperationalInsights/workspaces";
const SQL: &str = "Microsoft.Sql/servers";
const IP: &str = "Microsoft.Network/publicIPAddresses";

/// A resource of the old deployment model: its rows carry infoFields and no instance data.
pub const CLASSIC: &str = "classic";
/// In usage under this meter, and on no card.
pub const UNPRICED: MeterName = ("Virtual Machines", "Dsv6 Series", "D4s v6 Preview", "EU West");
/// The resource and meter of the spike.
pub const SPIKING: (&str, &str) = ("shop-logs", "Pay-as-you-go Data Ingestion");
/// The resource and meter that are corrected by a negative row.
pub const CORRECTED: (&str, &str) = ("shop-db", "vCore");

const fn flow(mean: i64, step: i64) -> Load {
    Load::Flow { mean, step }
}

const fn stored(first: i64, per_day: i64) -> Load {
    Load::Stored { first, per_day }
}

/// One operation on a meter sold by the ten thousand.
const PER_10K: i64 = 100;
const EGRESS_1: MeterName = ("Bandwidth", "", "Data Transfer Out", "Zone 1");
const EGRESS_2: MeterName = ("Bandwidth", "", "Data Transfer Out", "Zone 2");
const EXECUTIONS: MeterName = ("Functions", "", "Total Executions", "");
const DURATION: MeterName = ("Functions", "", "Execution Time", "");
const GEN5: &str = "Single/Elastic Pool General Purpose - Compute Gen5";
const STATIC_IP: MeterName = ("Virtual Network", "IP Addresses", super::catalog::NO_BREAK_NAME, "");

type Loads = &'static [(MeterName, Load)];

const fn r(
    subscription: usize,
    group: &'static str,
    kind: &'static str,
    name: &'static str,
    location: &'static str,
    tags: Tags,
    meters: Loads,
) -> Resource {
    Resource { subscription, group, kind, name, location, tags, meters }
}

/// The tags of the groups themselves: group, tag, value. `dev-machines` has none.
pub const GROUP_TAGS: &[(&str, &str, &str)] = &[
    ("shop-prod", "costCenter", "4711"),
    ("shop-ops", "cost-center", "4715"),
    ("shop-us", "costCenter", "4712"),
    ("dev-apps", "owner", "engineering"),
    ("data-core", "costCenter", "4890"),
];

#[rustfmt::skip]
pub const RESOURCES: &[Resource] = &[
    // Subscription 0: the shop in production, pay-as-you-go.
    r(0, "shop-prod", VM, "shop-web-01", "westeurope", PROD, &[(("Virtual Machines", "Dsv5 Series", "D4s v5", "EU West"), RUNNING)]),
    r(0, "shop-prod", VM, "shop-web-02", "westeurope", PROD, &[(("Virtual Machines", "Dsv5 Series", "D4s v5", "EU West"), RUNNING)]),
    r(0, "shop-prod", VM, "shop-batch-01", "westeurope", Of(&[("env", "prod"), ("cost-center", "4711")]),
        &[(("Virtual Machines", "Dsv5 Series Windows", "D8s v5", "EU West"), Load::Office(dec("1")))]),
    r(0, "shop-prod", VM, "shop-edge-07", "westeurope", Null, &[(UNPRICED, RUNNING)]),
    r(0, "SHOP-PROD", DISK, "shop-web-01_OsDisk", "westeurope", Null, &[(("Storage", "Premium SSD Managed Disks", "P10 LRS Disk", "EU West"), Load::Monthly(dec("1")))]),
    r(0, "shop-prod", DISK, "shop-data-disk", "westeurope", PROD, &[(("Storage", "Premium SSD Managed Disks", "P20 LRS Disk", "EU West"), Load::Monthly(dec("2")))]),
    r(0, "shop-prod", STORAGE, "shopmedia", "westeurope", Of(&[("env", "prodution"), ("CostCentre", "4711"), ("owner", "shop")]), &[
        (("Storage", "Tiered Block Blob", "Hot LRS Data Stored", "EU West"), stored(dec("38000"), dec("45"))),
        (("Storage", "Tiered Block Blob", "Hot LRS Write Operations", "EU West"), flow(dec("2.2"), PER_10K)),
        (("Storage", "Tiered Block Blob", "Hot Read Operations", "EU West"), flow(dec("31"), PER_10K)),
        (EGRESS_1, flow(dec("14"), 1)),
    ]),
    r(0, "shop-prod", IP, "shop-gateway-ip", "westeurope", PROD, &[(EGRESS_1, flow(dec("72"), 1)), (STATIC_IP, RUNNING)]),
    r(0, "shop-prod", "Microsoft.Network/loadBalancers", "shop-lb", "westeurope", PROD, &[(("Load Balancer", "Standard", "Included LB Rules and Outbound Rules", ""), RUNNING), (("Load Balancer", "Standard", "Data Processed", ""), flow(dec("65"), 1))]),
    r(0, "shop-prod", SITE, "shop-hooks", "northeurope", PROD, &[(EXECUTIONS, flow(dec("320"), 100_000)), (DURATION, flow(dec("810"), 125_000))]),
    r(0, "shop-prod", "Microsoft.Cache/Redis", "shop-cache", "westeurope", PROD, &[(("Redis Cache", "Standard", "C1 Cache Instance", "EU West"), RUNNING)]),
    r(0, "shop-prod", SQL, "shop-db", "westeurope", PROD, &[(("SQL Database", GEN5, "vCore", "EU West"), Load::Always(dec("4")))]),
    r(0, "shop-ops", LOGS, "shop-logs", "westeurope", Of(&[("env", "prod"), ("owner", "operations")]), &[(("Log Analytics", "", "Pay-as-you-go Data Ingestion", "EU West"), flow(dec("0.9"), 1))]),
    r(0, "shop-ops", VAULT, "shop-vault", "westeurope", Null, &[(("Key Vault", "", "Operations", "EU West"), flow(dec("0.021"), PER_10K))]),
    r(0, "shop-ops", "Microsoft.Network/dnszones", "shop.example", "global", Null, &[(("Azure DNS", "", "Public Queries", ""), flow(dec("0.013"), 1))]),
    r(0, "shop-us", PLAN, "shop-us-plan", "eastus", Of(&[("env", "PROD"), ("costCenter", "4712")]), &[(("Azure App Service", "Premium v3 Plan - Linux", "P1 v3", "US East"), RUNNING)]),
    r(0, "shop-us", "Microsoft.NotificationHubs/namespaces", "shop-push", "eastus", PROD, &[(("Notification Hubs", "", "Standard Pushes", ""), flow(dec("0.16"), 1))]),
    r(0, "shop-us", "Microsoft.ServiceBus/namespaces", "shop-orders", "eastus", PROD, &[(("Service Bus", "", "Standard Messaging Operations", ""), flow(dec("0.19"), 1))]),
    r(0, "", CLASSIC, "oldshopbackup", "westeurope", Null, &[(("Storage", "Standard Page Blob", "LRS Data Stored", "EU West"), stored(dec("210"), 0)), (("Bandwidth", "", "Data Transfer In", "Zone 1"), Load::Trace)]),
    // Subscription 1: development machines on the developer offer, with a monthly credit.
    r(1, "dev-machines", VM, "dev-anna", "westeurope", DEV, &[(("Virtual Machines", "BS Series", "B4ms", "EU West"), Load::Office(dec("1")))]),
    r(1, "dev-machines", VM, "dev-bert", "westeurope", Of(&[("env", "dev"), ("owner", "bert")]), &[(("Virtual Machines", "Dsv5 Series Windows", "D2s v5", "EU West"), Load::Office(dec("1")))]),
    r(1, "dev-machines", VM, "dev-build", "uksouth", DEV, &[(("Virtual Machines", "Dasv5 Series", "D4as v5", "UK South"), Load::Bursts(dec("1")))]),
    r(1, "dev-machines", DISK, "dev-anna_OsDisk", "westeurope", DEV, &[(("Storage", "Standard SSD Managed Disks", "E10 LRS Disk", "EU West"), Load::Monthly(dec("1")))]),
    r(1, "dev-machines", DISK, "dev-bert_OsDisk", "westeurope", Null, &[(("Storage", "Standard SSD Managed Disks", "E10 LRS Disk", "EU West"), Load::Monthly(dec("1")))]),
    r(1, "dev-machines", IP, "dev-ip", "westeurope", Of(&[]), &[(EGRESS_1, flow(dec("0.03"), 1)), (STATIC_IP, RUNNING)]),
    r(1, "dev-apps", PLAN, "dev-plan", "westeurope", Of(&[("env", "test"), ("costcenter", "4720")]), &[(("Azure App Service", "Basic Plan", "B1", "EU West"), RUNNING)]),
    r(1, "dev-apps", PLAN, "dev-free-plan", "westeurope", Null, &[(("Azure App Service", "Free Plan", "F1", "EU West"), RUNNING)]),
    r(1, "dev-apps", SQL, "dev-sql", "westeurope", DEV, &[(("SQL Database", "Single Standard", "S0 DTUs", "EU West"), Load::Daily(dec("1")))]),
    r(1, "dev-apps", SITE, "dev-functions", "uksouth", DEV, &[(EXECUTIONS, flow(dec("9"), 100_000)), (DURATION, flow(dec("31"), 125_000))]),
    r(1, "dev-apps", VAULT, "dev-vault", "uksouth", Of(&[("env", "dev"), ("Owner", "engineering")]), &[(("Key Vault", "", "Operations", "UK South"), flow(dec("0.0012"), PER_10K))]),
    r(1, "dev-apps", "Microsoft.ContainerRegistry/registries", "devimages", "westeurope", DEV, &[(("Container Registry", "", "Basic Registry Unit", "EU West"), Load::Daily(dec("1")))]),
    r(1, "dev-apps", "Microsoft.DocumentDB/databaseAccounts", "dev-cosmos", "westeurope", DEV, &[(("Azure Cosmos DB", "", "100 RU/s", "EU West"), Load::Always(dec("4"))), (("Azure Cosmos DB", "", "Data Stored", "EU West"), stored(dec("2.5"), dec("0.02")))]),
    r(1, "dev-apps", "Microsoft.Logic/workflows", "dev-workflow", "uksouth", DEV, &[(("Logic Apps", "", "Standard Connector Actions", "UK South"), flow(dec("14"), dec("1"))), (("Logic Apps", "", "Built-in Actions", ""), flow(dec("120"), dec("1")))]),
    r(1, "dev-apps", STORAGE, "devfiles", "uksouth", DEV, &[(("Storage", "Tiered Block Blob", "Hot LRS Data Stored", "UK South"), stored(dec("120"), dec("0.5"))), (("Bandwidth", "", "Data Transfer In", "Zone 1"), Load::Trace)]),
    r(1, "dev-apps", "Microsoft.VisualStudio/account", "tidewater-dev", "westeurope", Null, &[(("Azure DevOps", "", "Basic User", ""), Load::Monthly(dec("8")))]),
    r(1, "dev-apps", "Microsoft.Devices/IotHubs", "dev-sensors", "uksouth", DEV, &[(("IoT Hub", "", "Standard S1 Unit", "UK South"), Load::Daily(dec("1")))]),
    // Subscription 2: the data platform, on a yearly commitment.
    r(2, "data-core", VM, "spark-head", "eastus2", DATA, &[(("Virtual Machines", "Esv5 Series", "E8s v5", "US East 2"), RUNNING)]),
    r(2, "data-core", VM, "spark-spot-01", "eastus2", DATA, &[(("Virtual Machines", "Esv5 Series", "E8s v5 Spot", "US East 2"), Load::Bursts(dec("1")))]),
    r(2, "data-core", VM, "loader-win", "eastus2", Of(&[("env", "prod"), ("cost-center", "4890"), ("owner", "data platform")]), &[(("Virtual Machines", "FSv2 Series Windows", "F4s v2", "US East 2"), Load::Office(dec("1")))]),
    r(2, "data-core", DISK, "spark-head-data", "eastus2", DATA, &[(("Storage", "Premium SSD Managed Disks", "P30 LRS Disk", "US East 2"), Load::Monthly(dec("2")))]),
    r(2, "data-core", "Microsoft.Databricks/workspaces", "tidewater-bricks", "eastus2", DATA, &[(("Azure Databricks", "Regular", "Premium Jobs Compute DBU", "US East 2"), Load::Bursts(dec("18")))]),
    r(2, "data-core", STORAGE, "tidewaterlake", "eastus2", DATA, &[
        (("Storage", "Azure Data Lake Storage Gen2 Hierarchical Namespace", "Hot LRS Data Stored", "US East 2"), stored(dec("46000"), dec("60"))),
        (("Storage", "Tiered Block Blob", "Archive LRS Data Stored", "US East 2"), stored(dec("90000"), dec("200"))),
    ]),
    r(2, "data-core", "Microsoft.DataFactory/factories", "tidewater-flows", "eastus2", DATA, &[(("Azure Data Factory v2", "", "Cloud Data Movement", "US East 2"), Load::Bursts(dec("3.2"))), (("Azure Data Factory v2", "", "Cloud Orchestration Activity Run", ""), flow(dec("0.06"), 1000))]),
    r(2, "data-core", "Microsoft.Synapse/workspaces", "tidewater-sql", "eastus2", DATA, &[(("Azure Synapse Analytics", "Serverless SQL Pool", "Data Processed", "US East 2"), flow(dec("0.08"), 1))]),
    r(2, "data-events", "Microsoft.EventHub/namespaces", "telemetry", "southeastasia", DATA, &[(("Event Hubs", "", "Standard Throughput Unit", "AP Southeast"), Load::Always(dec("2"))), (("Event Hubs", "", "Standard Ingress Events", "AP Southeast"), flow(dec("1.7"), 1))]),
    r(2, "data-events", "Microsoft.StreamAnalytics/streamingjobs", "telemetry-rollup", "southeastasia", Null, &[(("Stream Analytics", "", "Standard Streaming Unit", "AP Southeast"), Load::Always(dec("3")))]),
    r(2, "data-events", IP, "telemetry-ip", "southeastasia", DATA, &[(EGRESS_2, flow(dec("19"), 1))]),
    r(2, "data-events", "Microsoft.ContainerService/managedClusters", "telemetry-aks", "southeastasia", DATA, &[(("Azure Kubernetes Service", "", "Standard Uptime SLA", "AP Southeast"), RUNNING)]),
    r(2, "data-events", VM, "telemetry-node-1", "southeastasia", Of(&[("env", "production"), ("costCenter", "4891")]), &[(("Virtual Machines", "Dv3/DSv3 Series", "D4 v3/D4s v3", "AP Southeast"), RUNNING)]),
    r(2, "data-net", "Microsoft.Network/virtualNetworkGateways", "hub-vpn", "eastus2", Of(&[("owner", "network")]), &[(("VPN Gateway", "", "VpnGw1", ""), RUNNING)]),
    r(2, "data-net", "Microsoft.RecoveryServices/vaults", "data-backup", "eastus2", Null, &[(("Backup", "", "LRS Data Stored", "US East 2"), stored(dec("4000"), dec("9"))), (("Backup", "", "Azure VM Protected Instances", "US East 2"), Load::Monthly(dec("3")))]),
    r(2, "data-ai", "Microsoft.CognitiveServices/accounts", "reviews-language", "eastus2", DATA, &[(("Cognitive Services", "Text Analytics", "Standard Text Records", ""), flow(dec("1.1"), 1000)), (("Cognitive Services", "Azure OpenAI", "gpt-4o Inp glbl Tokens", ""), flow(dec("240"), 1000))]),
    r(2, "data-ai", "Microsoft.Search/searchServices", "catalog-search", "eastus2", DATA, &[(("Azure Cognitive Search", "", "Standard S1 Unit", "US East 2"), RUNNING)]),
];
