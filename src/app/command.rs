//! Every command there is, and the scopes in which keys find them.

/// What a key or click means. Closed: dispatch is a match, never a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Leave.
    Quit,
    /// Stop the process as the shell does.
    Suspend,
    /// The keys of this place.
    Help,
    /// Who to be.
    Switch,
    /// What is wrong in the files.
    ShowProblems,
    /// Why a login does not work.
    Doctor,
    /// Every command by name.
    Palette,
    /// A place.
    GoIdentity,
    /// A place.
    GoRest,
    /// A place.
    GoHistory,
    /// A place.
    GoVariables,
    /// Next pane or column.
    NextPane,
    /// Previous pane or column.
    PreviousPane,
    /// Stop what runs, or close.
    Cancel,
    /// Mouse capture on or off.
    ToggleMouse,
    /// End the session at the org.
    LogOut,
    /// Read `profiles.toml` again.
    ReloadProfiles,
    /// One row.
    Up,
    /// One row.
    Down,
    /// A page.
    PageUp,
    /// A page.
    PageDown,
    /// The first row.
    Top,
    /// The last row.
    Bottom,
    /// Close, or go to the parent; a column to the left.
    Left,
    /// Open; a column to the right.
    Right,
    /// What enter does here.
    Open,
    /// To the answer before.
    Back,
    /// To the answer after.
    Forward,
    /// Send, or send again.
    Send,
    /// To the address bar.
    FocusAddress,
    /// To the tree.
    FocusTree,
    /// To the answer.
    FocusAnswer,
    /// To the part of the request.
    EditParams,
    /// To the part of the request.
    EditHeaders,
    /// To the part of the request.
    EditBody,
    /// To the part of the request.
    EditCaptures,
    /// A body of JSON laid out.
    FormatBody,
    /// What is typed in the user's editor.
    EditOutside,
    /// GET, POST, …
    NextMethod,
    /// Take the chosen completion.
    Complete,
    /// Another view of the answer.
    NextView,
    /// Another view of the answer.
    PreviousView,
    /// Search as you type.
    Search,
    /// jq as you type.
    Filter,
    /// The next match.
    NextMatch,
    /// The match before.
    PreviousMatch,
    /// Fold a level.
    FoldLevel,
    /// Fold or open all.
    FoldAll,
    /// Wrap the raw view's lines, or not.
    ToggleWrap,
    /// The body to a file.
    SaveBody,
    /// The body, to be read elsewhere.
    OpenInPager,
    /// The body, to be read elsewhere.
    OpenInEditor,
    /// To the clipboard.
    CopyValue,
    /// To the clipboard.
    CopyPath,
    /// What to copy.
    CopyMenu,
    /// A copy of the row.
    CopyRow,
    /// A copy of the body.
    CopyBody,
    /// A copy of the address.
    CopyAddress,
    /// A copy of the request.
    CopyCurl,
    /// A copy of the request.
    CopyCurlSecrets,
    /// A copy of the request.
    CopyHttpie,
    /// A copy of the request.
    CopyHttp,
    /// Keep what is typed.
    Save,
    /// What it is for.
    Describe,
    /// A new folder.
    NewFolder,
    /// Another name.
    Rename,
    /// To another folder.
    Move,
    /// A copy of it.
    Duplicate,
    /// Take it away.
    Delete,
    /// Words to find it by.
    EditTags,
    /// What it is for.
    EditDescription,
    /// Take back what was done last.
    Undo,
    /// From another tool.
    Import,
    /// The left side of a comparison, or with it.
    Compare,
    /// With the answer before to the same.
    ComparePrevious,
    /// Send it as somebody else and compare.
    AlsoAs,
    /// Whether what changes by itself counts.
    IgnoreVolatile,
    /// Another request beside this one.
    NewTab,
    /// Close the tab.
    CloseTab,
    /// Open the tab again that was closed last.
    ReopenTab,
    /// The tab to the right.
    NextTab,
    /// The tab to the left.
    PreviousTab,
    /// Rows that were not loaded yet.
    MorePages,
    /// Sort by this column.
    Sort,
    /// Ask the org again.
    Refresh,
    /// A new variable.
    NewVariable,
    /// Change it.
    EditVariable,
    /// Remove it.
    RemoveVariable,
    /// Yes.
    Confirm,
    /// No.
    Decline,
    /// What is typed is complete.
    Submit,
    /// The demo org.
    StartDemo,
    /// A first profile.
    WriteProfile,
    /// Set an app up.
    SetUp,
    /// The certificate of a set-up, to be uploaded.
    CopyCertificate,
    /// Where a set-up goes on in Salesforce.
    OpenSetupPage,
    /// Forget a set-up.
    GiveUp,
    /// Delete it from the history.
    Forget,
    /// Delete all of the history.
    ForgetAll,
}

/// Where a key is looked up; the innermost open scope first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everywhere, editors too.
    Always,
    /// Everywhere but in editors.
    Browse,
    /// The identity screen.
    Identity,
    /// The REST screen outside editors.
    Rest,
    /// The resources tree.
    Tree,
    /// The saved requests.
    Saved,
    /// The address bar.
    Address,
    /// Params, headers or body.
    Editor,
    /// Any view of the answer.
    Answer,
    /// The tree view.
    AnswerTree,
    /// The table view.
    AnswerTable,
    /// The search line.
    SearchLine,
    /// The jq line.
    FilterLine,
    /// The variables.
    Variables,
    /// A line that is asked for.
    Prompt,
    /// A variable being typed.
    VariableLine,
    /// The history.
    History,
    /// What is looked for in the history.
    HistoryLine,
    /// Two answers compared.
    Diff,
    /// Why a login does not work.
    Doctor,
    /// The switcher.
    Switcher,
    /// The name of a file to save to.
    SaveLine,
    /// The palette.
    Palette,
    /// A question with yes and no.
    Question,
    /// A passphrase being typed.
    Passphrase,
    /// The keys of this place.
    Help,
    /// Something to read: problems, what came of something.
    Reading,
    /// The copy menu.
    CopyMenu,
    /// An app being set up.
    Setup,
    /// No profile yet.
    Welcome,
}

impl Scope {
    /// As headed on the help page.
    pub fn title(self) -> &'static str {
        match self {
            Self::Always => "Everywhere",
            Self::Browse => "Anywhere but in a text field",
            Self::Identity => "Identity",
            Self::Rest => "REST",
            Self::Tree => "Resources",
            Self::Saved => "Saved requests",
            Self::Prompt => "A line",
            Self::Address => "Address",
            Self::Editor => "Params, headers, body, captures",
            Self::Answer => "Answer",
            Self::AnswerTree => "Answer, tree",
            Self::AnswerTable => "Answer, table",
            Self::SearchLine => "Search",
            Self::FilterLine => "Filter",
            Self::SaveLine => "Saving",
            Self::Variables => "Variables",
            Self::VariableLine => "A variable",
            Self::History => "History",
            Self::HistoryLine => "Looking in the history",
            Self::Diff => "Comparison",
            Self::Doctor => "Doctor",
            Self::Switcher => "Switcher",
            Self::Palette => "Palette",
            Self::Question => "Question",
            Self::Passphrase => "Passphrase",
            Self::Help => "Help",
            Self::Reading => "Reading",
            Self::CopyMenu => "Copy",
            Self::Setup => "Set up",
            Self::Welcome => "Welcome",
        }
    }

    /// Whether an unbound character is text here.
    pub fn is_editor(self) -> bool {
        matches!(
            self,
            Self::Address
                | Self::SaveLine
                | Self::Editor
                | Self::Prompt
                | Self::SearchLine
                | Self::FilterLine
                | Self::VariableLine
                | Self::HistoryLine
                | Self::Switcher
                | Self::Palette
                | Self::Setup
                | Self::Help
                | Self::Passphrase
        )
    }
}
