//! The steps of a set-up, in their order.

/// One question, or one thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Where the org logs in.
    Where,
    /// What the app is called in `profiles.toml`.
    Name,
    /// A new key, or one that is there.
    Key,
    /// How long a new key is.
    Bits,
    /// How long its certificate is valid.
    Days,
    /// What it is encrypted with, if it is.
    Passphrase,
    /// The same once more.
    Again,
    /// The passphrase of a key that is there.
    Unlock,
    /// The certificate of a key that is there.
    Certificate,
    /// An External Client App, or a connected app.
    App,
    /// What to click in Salesforce.
    Salesforce,
    /// What Salesforce shows then.
    ConsumerKey,
    /// Who logs in.
    Users,
    /// Whether all of it works.
    Test,
    /// It does.
    Done,
}

impl Step {
    /// In their order.
    pub const ALL: [Self; 15] = [
        Self::Where,
        Self::Name,
        Self::Key,
        Self::Bits,
        Self::Days,
        Self::Passphrase,
        Self::Again,
        Self::Unlock,
        Self::Certificate,
        Self::App,
        Self::Salesforce,
        Self::ConsumerKey,
        Self::Users,
        Self::Test,
        Self::Done,
    ];

    /// How many parts are counted.
    pub const PARTS: usize = 8;

    /// Which part it belongs to, from 1: all about the key is one.
    pub fn part(self) -> usize {
        match self {
            Self::Where => 1,
            Self::Name => 2,
            Self::Key | Self::Bits | Self::Days | Self::Passphrase | Self::Again | Self::Unlock | Self::Certificate => {
                3
            }
            Self::App => 4,
            Self::Salesforce => 5,
            Self::ConsumerKey => 6,
            Self::Users => 7,
            Self::Test | Self::Done => Self::PARTS,
        }
    }

    /// In a heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Where => "Where the org logs in",
            Self::Name => "A name for the app",
            Self::Key => "The private key",
            Self::Bits => "The length of the key",
            Self::Days => "The life of the certificate",
            Self::Passphrase => "A passphrase for the key",
            Self::Again => "The passphrase once more",
            Self::Unlock => "The passphrase of the key",
            Self::Certificate => "The certificate of the key",
            Self::App => "The kind of app",
            Self::Salesforce => "In Salesforce",
            Self::ConsumerKey => "The consumer key",
            Self::Users => "Who logs in",
            Self::Test => "The test",
            Self::Done => "Done",
        }
    }

    /// Whether what is typed is shown nowhere.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Passphrase | Self::Again | Self::Unlock)
    }
}
