//! Which hosts are Salesforce's own. Told from the name alone; nobody is asked.

/// Registered domains on which only Salesforce answers for `/services/oauth2/token` and the REST API.
pub const SALESFORCE_DOMAINS: [&str; 10] = [
    "salesforce.com",
    "force.com",
    "site.com",
    "cloudforce.com",
    "database.com",
    "salesforce.mil",
    "crmforce.mil",
    "sfcrmproducts.cn",
    "sfcrmapps.cn",
    "salesforce-setup.com",
];

/// Whether a host lies on one of Salesforce's own domains: the domain itself or any name below it.
pub fn is_salesforce_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    SALESFORCE_DOMAINS
        .iter()
        .any(|domain| host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_salesforce_are_told_from_look_alikes() {
        for host in ["login.salesforce.com", "LOGIN.Salesforce.com", "acme.my.salesforce.com", "acme.my.site.com"] {
            assert!(is_salesforce_host(host), "{host}");
        }
        for host in [
            "salesforce.com.evil.example",
            "evilsalesforce.com",
            "login-salesforce.com",
            "xn--slesforce-42a.com",
            "salesforce.com.",
            "127.0.0.1",
            "",
        ] {
            assert!(!is_salesforce_host(host), "{host}");
        }
    }
}
