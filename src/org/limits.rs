//! How much of the org's API allowance is used, as every answer tells it.

/// `Sforce-Limit-Info`: calls of the last 24 hours and how many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiUse {
    /// Used.
    pub used: u64,
    /// In all.
    pub max: u64,
}

impl ApiUse {
    /// From the header's value: `api-usage=18/15000`, alone or among others separated by `,` or `;`.
    pub fn parse(header: &str) -> Option<Self> {
        header.split([',', ';']).find_map(|part| {
            let (used, max) = part.trim().strip_prefix("api-usage=")?.split_once('/')?;
            Some(Self { used: used.trim().parse().ok()?, max: max.trim().parse().ok()? })
        })
    }

    /// Percent used, 0 to 100 and beyond; 0 where there is no allowance.
    pub fn percent(self) -> u64 {
        self.used.saturating_mul(100).checked_div(self.max).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_the_header() {
        let used = Some(ApiUse { used: 18, max: 15_000 });
        assert_eq!(ApiUse::parse("api-usage=18/15000"), used);
        assert_eq!(ApiUse::parse("api-usage=18/15000; per-app-api-usage=17/250(appName=sample-app)"), used);
        assert_eq!(ApiUse::parse("per-app-api-usage=17/250(appName=x),api-usage=18/15000"), used);
        assert_eq!(ApiUse::parse("api-bursts=1/750, api-usage = 18/15000"), None);
        assert_eq!(ApiUse::parse("api-bursts=1/750"), None);
        assert_eq!(ApiUse::parse("api-usage=x/15000"), None);
        assert_eq!(ApiUse { used: 75, max: 150 }.percent(), 50);
        assert_eq!(ApiUse { used: 75, max: 0 }.percent(), 0);
    }
}
