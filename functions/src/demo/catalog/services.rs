//! The meters of every service except virtual machines: name, unit and US East list price.
//! `regional` ones exist in each region at its price level, `zoned` ones once per traffic zone,
//! `global` ones once. Bounds are those of the rate card: they start behind the allowance.

use crate::demo::decimal::{KeyStyle, dec};

/// Where the meters of a template exist.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Global,
    Regional,
    /// One traffic zone; zones have unrelated prices, so each is a template of its own.
    Zone(&'static str),
}

pub struct Template {
    pub category: &'static str,
    pub sub_category: &'static str,
    pub name: &'static str,
    pub unit: &'static str,
    pub scope: Scope,
    pub included: i64,
    pub tiers: &'static [(i64, i64)],
    pub keys: KeyStyle,
    pub third_party: bool,
    /// Regional, but priced alike in every region.
    pub level: bool,
}

type Text = &'static str;
type Tiers = &'static [(i64, i64)];

const fn t(category: Text, sub_category: Text, name: Text, unit: Text, scope: Scope, tiers: Tiers) -> Template {
    Template {
        category,
        sub_category,
        name,
        unit,
        scope,
        included: 0,
        tiers,
        keys: KeyStyle::Plain,
        third_party: false,
        level: true,
    }
}

const fn regional(category: Text, sub: Text, name: Text, unit: Text, tiers: Tiers) -> Template {
    t(category, sub, name, unit, Scope::Regional, tiers)
}

const fn global(category: Text, sub: Text, name: Text, unit: Text, tiers: Tiers) -> Template {
    t(category, sub, name, unit, Scope::Global, tiers)
}

const fn zoned(category: Text, sub: Text, name: Text, unit: Text, zone: Text, tiers: Tiers) -> Template {
    t(category, sub, name, unit, Scope::Zone(zone), tiers)
}

const fn included(quantity: i64, template: Template) -> Template {
    Template { included: quantity, ..template }
}

const fn keys(keys: KeyStyle, template: Template) -> Template {
    Template { keys, ..template }
}

const fn flat(template: Template) -> Template {
    Template { level: false, ..template }
}

const fn third_party(template: Template) -> Template {
    Template { third_party: true, ..template }
}

const FREE: Tiers = &[(0, 0)];
const PADDED: KeyStyle = KeyStyle::Padded;
/// Named here because the blank is a no-break space, as in several hundred names of the real card.
pub const NO_BREAK_NAME: &str = "Standard IPv4 Static\u{a0}Public IP";

#[rustfmt::skip]
pub const TEMPLATES: &[Template] = &[
    // Storage: disks by the month, blobs by the gigabyte month and by ten thousand operations.
    regional("Storage", "Standard HDD Managed Disks", "S10 LRS Disk", "1/Month", &[(0, dec("5.888"))]),
    regional("Storage", "Standard SSD Managed Disks", "E10 LRS Disk", "1/Month", &[(0, dec("9.6"))]),
    regional("Storage", "Premium SSD Managed Disks", "P4 LRS Disk", "1/Month", &[(0, dec("5.28"))]),
    regional("Storage", "Premium SSD Managed Disks", "P4 LRS Disk Mount", "1/Month", &[(0, dec("0.33"))]),
    regional("Storage", "Premium SSD Managed Disks", "P10 LRS Disk", "1/Month", &[(0, dec("19.71"))]),
    regional("Storage", "Premium SSD Managed Disks", "P20 LRS Disk", "1/Month", &[(0, dec("73.22"))]),
    regional("Storage", "Premium SSD Managed Disks", "P30 LRS Disk", "1/Month", &[(0, dec("135.17"))]),
    keys(PADDED, regional("Storage", "Tiered Block Blob", "Hot LRS Data Stored", "1 GB/Month",
        &[(0, dec("0.0184")), (dec("51200"), dec("0.017664")), (dec("512000"), dec("0.016928"))])),
    keys(PADDED, regional("Storage", "Tiered Block Blob", "Hot GRS Data Stored", "1 GB/Month",
        &[(0, dec("0.0458")), (dec("51200"), dec("0.044")), (dec("512000"), dec("0.0422"))])),
    regional("Storage", "Tiered Block Blob", "Cool LRS Data Stored", "1 GB/Month", &[(0, dec("0.01"))]),
    regional("Storage", "Tiered Block Blob", "Archive LRS Data Stored", "1 GB/Month", &[(0, dec("0.00099"))]),
    regional("Storage", "Tiered Block Blob", "Hot LRS Write Operations", "10K", &[(0, dec("0.05"))]),
    regional("Storage", "Tiered Block Blob", "Hot Read Operations", "10K", &[(0, dec("0.004"))]),
    regional("Storage", "Azure Data Lake Storage Gen2 Hierarchical Namespace", "Hot LRS Data Stored", "1 GB/Month",
        &[(0, dec("0.0208")), (dec("51200"), dec("0.02")), (dec("512000"), dec("0.0191"))]),
    regional("Storage", "Files v2", "Hot LRS Data Stored", "1 GB/Month", &[(0, dec("0.0255"))]),
    regional("Storage", "Standard Page Blob", "LRS Data Stored", "1 GB/Month", &[(0, dec("0.045"))]),
    // The second tier is dearer than the first: a real shape that graduated pricing must survive.
    keys(PADDED, regional("SQL Data Warehouse", "Disaster Recovery Storage", "RA-GRS Data Stored", "1 GB/Month",
        &[(0, dec("0.0575")), (dec("1024"), dec("0.11")), (dec("51200"), dec("0.099")), (dec("512000"), dec("0.088"))])),
    // Bandwidth, by zone.
    included(dec("5"), zoned("Bandwidth", "", "Data Transfer Out", "1 GB", "Zone 1",
        &[(0, dec("0.087")), (dec("10235"), dec("0.083")), (dec("51195"), dec("0.07")), (dec("153595"), dec("0.05")), (dec("511995"), dec("0.05"))])),
    keys(PADDED, included(dec("5"), zoned("Bandwidth", "", "Data Transfer Out", "1 GB", "Zone 2",
        &[(0, dec("0.12")), (dec("10235"), dec("0.085")), (dec("51195"), dec("0.082")), (dec("153595"), dec("0.08")), (dec("511995"), dec("0.08"))]))),
    included(dec("5"), zoned("Bandwidth", "", "Data Transfer Out", "1 GB", "Zone 3",
        &[(0, dec("0.181")), (dec("10235"), dec("0.175")), (dec("51195"), dec("0.17")), (dec("153595"), dec("0.16")), (dec("511995"), dec("0.16"))])),
    included(dec("5"), zoned("Bandwidth", "", "Data Transfer Out", "1 GB", "Zone 5",
        &[(0, dec("0.181")), (dec("10235"), dec("0.175")), (dec("51195"), dec("0.17")), (dec("153595"), dec("0.16"))])),
    zoned("Bandwidth", "", "Data Transfer In", "1 GB", "Zone 1", FREE),
    zoned("Bandwidth", "", "Data Transfer In", "1 GB", "Zone 2", FREE),
    zoned("Bandwidth", "", "Data Transfer In", "1 GB", "Zone 3", FREE),
    zoned("Bandwidth", "", "Data Transfer In", "1 GB", "Zone 5", FREE),
    global("Bandwidth", "Inter-Region", "Intra Continent Data Transfer Out", "1 GB", &[(0, dec("0.02"))]),
    // Compute beside virtual machines.
    included(dec("100000"), global("Functions", "", "Total Executions", "10", &[(0, dec("0.000002"))])),
    included(dec("400000"), global("Functions", "", "Execution Time", "1 GB Second", &[(0, dec("0.000016"))])),
    regional("Functions", "Premium", "vCPU Duration", "100 Seconds", &[(0, dec("0.004806"))]),
    regional("Azure App Service", "Basic Plan", "B1", "1 Hour", &[(0, dec("0.075"))]),
    regional("Azure App Service", "Standard Plan", "S1", "1 Hour", &[(0, dec("0.1"))]),
    regional("Azure App Service", "Premium v3 Plan - Linux", "P1 v3", "1 Hour", &[(0, dec("0.155"))]),
    flat(regional("Azure App Service", "Free Plan", "F1", "1/Hour", FREE)),
    regional("Container Instances", "", "Standard vCPU Duration", "1 Hour", &[(0, dec("0.0405"))]),
    regional("Azure Kubernetes Service", "", "Standard Uptime SLA", "1 Hour", &[(0, dec("0.1"))]),
    regional("Azure Container Apps", "", "Standard vCPU Active Usage", "1 Second", &[(0, dec("0.000024"))]),
    global("Virtual Machines Licenses", "Windows Server Azure Hybrid Benefit", "1 vCPU VM License", "1 Hour", FREE),
    third_party(global("Virtual Machines Licenses", "SLES for SAP", "4 vCPU VM License", "1 Hour", &[(0, dec("0.17"))])),
    third_party(global("Virtual Machines Licenses", "Red Hat Enterprise Linux", "4 vCPU VM License", "1 Hour", &[(0, dec("0.0576"))])),
    regional("Container Registry", "", "Basic Registry Unit", "1/Day", &[(0, dec("0.1666"))]),
    regional("Container Registry", "", "Standard Registry Unit", "1/Day", &[(0, dec("0.6666"))]),
    // Databases.
    regional("SQL Database", "Single/Elastic Pool General Purpose - Compute Gen5", "vCore", "1 Hour", &[(0, dec("0.152006"))]),
    regional("SQL Database", "Single Standard", "S0 DTUs", "1/Day", &[(0, dec("0.4839"))]),
    regional("SQL Database", "General Purpose - Storage", "Data Stored", "1 GB/Month", &[(0, dec("0.115"))]),
    regional("SQL Managed Instance", "General Purpose - Compute Gen5", "vCore", "1 Hour", &[(0, dec("0.152006"))]),
    regional("Azure Cosmos DB", "", "100 RU/s", "1/Hour", &[(0, dec("0.008"))]),
    regional("Azure Cosmos DB", "", "Data Stored", "1 GB/Month", &[(0, dec("0.25"))]),
    regional("Azure Database for PostgreSQL", "Flexible Server General Purpose - Dsv3 Series Compute", "vCore", "1 Hour", &[(0, dec("0.089"))]),
    regional("Azure Database for MySQL", "Flexible Server Burstable", "B1MS", "1 Hour", &[(0, dec("0.017"))]),
    regional("Redis Cache", "Standard", "C1 Cache Instance", "1 Hour", &[(0, dec("0.069"))]),
    regional("Redis Cache", "Premium", "P1 Cache Instance", "1 Hour", &[(0, dec("0.2775"))]),
    // Messaging, integration, internet of things.
    included(dec("10"), global("Notification Hubs", "", "Standard Pushes", "1M", &[(0, dec("10")), (dec("90"), dec("2.5"))])),
    flat(regional("Event Hubs", "", "Standard Throughput Unit", "1 Hour", &[(0, dec("0.03"))])),
    flat(regional("Event Hubs", "", "Standard Ingress Events", "1M", &[(0, dec("0.028"))])),
    flat(regional("Service Bus", "", "Standard Base Unit", "1/Hour", &[(0, dec("0.013441"))])),
    keys(KeyStyle::Plain, included(dec("12.5"), global("Service Bus", "", "Standard Messaging Operations", "1M",
        &[(0, dec("0.8")), (dec("87.5"), dec("0.5")), (dec("2487.5"), dec("0.2"))]))),
    regional("Logic Apps", "", "Standard Connector Actions", "1", &[(0, dec("0.000125"))]),
    global("Logic Apps", "", "Built-in Actions", "1", &[(0, dec("0.000025")), (dec("1000000"), dec("0.000015"))]),
    included(dec("1"), global("Event Grid", "", "Operations", "100K", &[(0, dec("0.06"))])),
    flat(regional("IoT Hub", "", "Standard S1 Unit", "1/Day", &[(0, dec("0.806452"))])),
    global("IoT Hub", "", "Free Unit", "1/Day", FREE),
    regional("API Management", "", "Basic Units", "1 Hour", &[(0, dec("0.2016"))]),
    global("API Management", "", "Consumption Calls", "10K", &[(0, dec("0.042"))]),
    flat(regional("SignalR", "", "Standard Unit", "1/Day", &[(0, dec("1.61"))])),
    // Networking.
    global("Load Balancer", "Standard", "Included LB Rules and Outbound Rules", "1 Hour", &[(0, dec("0.025"))]),
    global("Load Balancer", "Standard", "Overage LB Rules and Outbound Rules", "1/Hour", &[(0, dec("0.01"))]),
    global("Load Balancer", "Standard", "Data Processed", "1 GB", &[(0, dec("0.005"))]),
    global("VPN Gateway", "", "VpnGw1", "1 Hour", &[(0, dec("0.19"))]),
    global("VPN Gateway", "", "VpnGw2", "1 Hour", &[(0, dec("0.49"))]),
    global("VPN Gateway", "", "S2S Connection", "1 Hour", &[(0, dec("0.015"))]),
    global("NAT Gateway", "", "Standard Gateway", "1 Hour", &[(0, dec("0.045"))]),
    global("NAT Gateway", "", "Standard Data Processed", "1 GB", &[(0, dec("0.045"))]),
    global("Virtual Network", "IP Addresses", NO_BREAK_NAME, "1 Hour", &[(0, dec("0.005"))]),
    global("Virtual Network", "Peering", "Intra-Region Egress", "1 GB", &[(0, dec("0.01"))]),
    regional("Application Gateway", "Standard v2", "Standard Fixed Cost", "1/Hour", &[(0, dec("0.246"))]),
    flat(regional("Azure Firewall", "", "Standard Deployment", "1 Hour", &[(0, dec("1.25"))])),
    global("Azure Firewall", "", "Standard Data Processed", "1 GB", &[(0, dec("0.016"))]),
    global("Azure Bastion", "", "Basic Gateway", "1 Hour", &[(0, dec("0.19"))]),
    zoned("Azure Front Door Service", "Azure Front Door", "Standard Data Transfer Out", "1 GB", "Zone 1",
        &[(0, dec("0.083")), (dec("10000"), dec("0.0592")), (dec("50000"), dec("0.0502")), (dec("150000"), dec("0.0252"))]),
    zoned("Azure Front Door Service", "Azure Front Door", "Standard Data Transfer Out", "1 GB", "Zone 2",
        &[(0, dec("0.13")), (dec("10000"), dec("0.101")), (dec("50000"), dec("0.09")), (dec("150000"), dec("0.0252"))]),
    zoned("Azure Front Door Service", "Azure Front Door", "Standard Requests", "10K", "Zone 1", &[(0, dec("0.009"))]),
    global("Azure Front Door Service", "Azure Front Door", "Standard Base Fees", "1 Hour", &[(0, dec("0.048"))]),
    zoned("Content Delivery Network", "Azure CDN from Microsoft", "Standard Data Transfer", "1 GB", "Zone 1",
        &[(0, dec("0.081")), (dec("10000"), dec("0.075")), (dec("50000"), dec("0.056")), (dec("150000"), dec("0.037"))]),
    zoned("Content Delivery Network", "Azure CDN from Microsoft", "Standard Data Transfer", "1 GB", "Zone 4",
        &[(0, dec("0.233")), (dec("10000"), dec("0.197")), (dec("50000"), dec("0.161")), (dec("150000"), dec("0.161"))]),
    keys(KeyStyle::OneDecimal, global("Azure DNS", "", "Public Zones", "1", &[(0, dec("0.5")), (dec("25"), dec("0.1"))])),
    keys(PADDED, global("Azure DNS", "", "Public Queries", "1M", &[(0, dec("0.4")), (dec("1000"), dec("0.2"))])),
    global("Traffic Manager", "", "DNS Queries", "1M", &[(0, dec("0.54")), (dec("1000"), dec("0.375"))]),
    included(dec("10"), global("Network Watcher", "", "Connection Monitor Tests", "1",
        &[(0, dec("0.3")), (dec("240000"), dec("0.1")), (dec("750000"), dec("0.05")), (dec("1000000"), dec("0.02"))])),
    zoned("ExpressRoute", "Metered Data", "Data Transfer Out", "1 GB", "Zone 1", &[(0, dec("0.025"))]),
    global("ExpressRoute", "Standard Metered Data", "50 Mbps Circuit", "1/Month", &[(0, dec("55"))]),
    global("Virtual WAN", "", "Standard Hub Unit", "1 Hour", &[(0, dec("0.25"))]),
    // Operations and security.
    flat(regional("Key Vault", "", "Operations", "10K", &[(0, dec("0.03"))])),
    keys(PADDED, global("Key Vault", "", "Premium HSM-protected Advanced Key", "1",
        &[(0, dec("5")), (dec("250"), dec("2.5")), (dec("1500"), dec("0.9")), (dec("4000"), dec("0.4"))])),
    included(dec("5"), regional("Log Analytics", "", "Pay-as-you-go Data Ingestion", "1 GB", &[(0, dec("2.3"))])),
    regional("Log Analytics", "", "Data Retention", "1 GB/Month", &[(0, dec("0.1"))]),
    regional("Sentinel", "", "Pay-as-you-go Analysis", "1 GB", &[(0, dec("2.46"))]),
    global("Azure Monitor", "", "Alerts Metric Monitored", "1", &[(0, dec("0.1"))]),
    global("Azure Monitor", "", "Alerts Notifications Emails", "100K", &[(0, dec("2"))]),
    global("Application Insights", "", "Enterprise Node", "1/Month", &[(0, dec("15"))]),
    included(dec("500"), global("Automation", "Process Automation", "Basic Runtime", "1 Minute", &[(0, dec("0.002"))])),
    regional("Backup", "", "LRS Data Stored", "1 GB/Month", &[(0, dec("0.0224"))]),
    flat(regional("Backup", "", "Azure VM Protected Instances", "1/Month", &[(0, dec("10"))])),
    global("Azure Site Recovery", "", "VM Replicated to Azure", "1/Month", &[(0, dec("25"))]),
    global("Security Center", "", "Standard Node", "1/Hour", &[(0, dec("0.02"))]),
    global("App Configuration", "", "Standard Instance", "1/Day", &[(0, dec("1.2"))]),
    included(dec("50000"), global("Azure Active Directory B2C", "", "Standard Monthly Active Users", "1/Month",
        &[(0, dec("0.0055")), (dec("50000"), dec("0.0046")), (dec("900000"), dec("0.00325")), (dec("9900000"), dec("0.0025"))])),
    // Data and machine learning.
    regional("Azure Data Factory v2", "", "Cloud Data Movement", "1 Hour", &[(0, dec("0.25"))]),
    global("Azure Data Factory v2", "", "Cloud Orchestration Activity Run", "1K", &[(0, dec("1"))]),
    flat(regional("Azure Databricks", "Regular", "Premium Jobs Compute DBU", "1 Hour", &[(0, dec("0.3"))])),
    regional("Azure Synapse Analytics", "Serverless SQL Pool", "Data Processed", "1 TB", &[(0, dec("5"))]),
    regional("Stream Analytics", "", "Standard Streaming Unit", "1 Hour", &[(0, dec("0.11"))]),
    regional("Azure Cognitive Search", "", "Standard S1 Unit", "1 Hour", &[(0, dec("0.336"))]),
    keys(PADDED, global("Cognitive Services", "Text Analytics", "Standard Text Records", "1K",
        &[(0, dec("1")), (dec("500"), dec("0.75")), (dec("2500"), dec("0.3")), (dec("10000"), dec("0.25"))])),
    global("Cognitive Services", "Azure OpenAI", "gpt-4o Inp glbl Tokens", "1K", &[(0, dec("0.0025"))]),
    global("Cognitive Services", "Speech", "Free Speech To Text", "1 Hour", FREE),
    global("Media Services", "Live Channels", "Basic Live Encoder Channel", "1 Hour",
        &[(0, dec("6.99")), (dec("20"), dec("5.99")), (dec("100"), dec("5.49")), (dec("250"), dec("4.99"))]),
    global("Azure Maps", "Standard S1", "Transactions", "1K", &[(0, dec("0.5"))]),
    regional("HDInsight", "Ev3 Series", "E8 v3", "1 Hour", &[(0, dec("0.672"))]),
    flat(regional("Azure Machine Learning", "Enterprise", "vCPU Surcharge", "1 Hour", FREE)),
    // Sold through Microsoft, made by others or outside credits.
    third_party(included(dec("5"), global("Azure DevOps", "", "Basic User", "1/Month", &[(0, dec("6")), (dec("5"), dec("8")), (dec("95"), dec("4")), (dec("995"), dec("2"))]))),
    third_party(global("GitHub", "Storage", "Storage Overage", "1 GB/Month", &[(0, dec("1")), (dec("100"), dec("0.5")), (dec("1024"), dec("0.25"))])),
    third_party(global("SAP Embrace", "SAP Edge Services", "Standard Version", "1/Month", &[(0, dec("7.15")), (dec("1000"), dec("3.85"))])),
    third_party(global("Visual Studio Subscription", "", "Professional - Monthly", "1/Month", &[(0, dec("45"))])),
    third_party(global("App Center", "", "Premium Test Cloud Concurrent Device", "1/Month", &[(0, dec("499")), (dec("5"), dec("425"))])),
];

/// The family under which the retail feed lists a service.
pub fn family(category: &str) -> &'static str {
    match category {
        "Virtual Machines"
        | "Virtual Machines Licenses"
        | "Functions"
        | "Azure App Service"
        | "Azure Container Apps" => "Compute",
        "Container Instances" | "Container Registry" | "Azure Kubernetes Service" => "Containers",
        "Storage" | "Backup" => "Storage",
        "SQL Database"
        | "SQL Managed Instance"
        | "Azure Cosmos DB"
        | "Azure Database for PostgreSQL"
        | "Azure Database for MySQL"
        | "Redis Cache" => "Databases",
        "Bandwidth"
        | "Load Balancer"
        | "VPN Gateway"
        | "NAT Gateway"
        | "Virtual Network"
        | "Application Gateway"
        | "Azure Firewall"
        | "Azure Bastion"
        | "Azure Front Door Service"
        | "Content Delivery Network"
        | "Azure DNS"
        | "Traffic Manager"
        | "Network Watcher"
        | "ExpressRoute"
        | "Virtual WAN" => "Networking",
        "SQL Data Warehouse"
        | "Azure Data Factory v2"
        | "Azure Databricks"
        | "Azure Synapse Analytics"
        | "Stream Analytics"
        | "HDInsight" => "Analytics",
        "Notification Hubs" | "Event Hubs" | "IoT Hub" | "Event Grid" => "Internet of Things",
        "Service Bus" | "Logic Apps" => "Integration",
        "Cognitive Services" | "Azure Machine Learning" | "Azure Cognitive Search" => "AI + Machine Learning",
        "Key Vault" | "Security Center" | "Azure Active Directory B2C" => "Security",
        "API Management"
        | "Azure DevOps"
        | "GitHub"
        | "App Center"
        | "App Configuration"
        | "Visual Studio Subscription" => "Developer Tools",
        "Media Services" | "SignalR" => "Web",
        _ => "Management and Governance",
    }
}
