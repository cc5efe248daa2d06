//! Themes as data: which colour each role has. Six come with the program, others lie in `themes/NAME.toml` of the config
//! folder. It knows no terminal: what a colour becomes there is the view's.
//!
//! ```toml
//! about = "…"                 # a sentence
//! base = "dark"               # for a theme of the user's: whose colours the others are
//! background = "#0d1117"      # or "terminal": whatever the terminal has
//! text = "#e6edf3"            # and so on, see ROLES
//! ```

use super::load::{Source, read_source, syntax};
use super::nearest::nearest;
use super::place::{Report, whole_file};
use super::schema::kind_of;
use super::{Problem, THEMES_FOLDER};
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// A theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeFile {
    /// As `theme = "NAME"` calls it.
    pub name: String,
    /// What it is like, in a sentence.
    pub about: String,
    /// A colour for each of [`ROLES`], in that order. That of the background may be missing: the terminal's own.
    colours: Vec<Option<Rgb>>,
}

/// What has a colour. `background`, `chosen`, `chosen_faint` and `hit` lie behind text, `hit_text` stands on `hit`.
pub const ROLES: [&str; 24] = [
    "background",
    "text",
    "faint",
    "accent",
    "border",
    "border_focus",
    "chosen",
    "chosen_faint",
    "name",
    "string",
    "number",
    "word",
    "link",
    "variable",
    "good",
    "warn",
    "bad",
    "hit",
    "hit_text",
    "key",
    "production",
    "sandbox",
    "scratch",
    "demo",
];

/// Those that come with the program, by name.
const BUILT_IN: [(&str, &str); 6] = [
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("dusk", include_str!("../../assets/themes/dusk.toml")),
    ("paper", include_str!("../../assets/themes/paper.toml")),
    ("contrast-dark", include_str!("../../assets/themes/contrast-dark.toml")),
    ("contrast-light", include_str!("../../assets/themes/contrast-light.toml")),
];

/// Themes that are no file: the terminal's own sixteen colours, and whichever fits the terminal.
pub const WITHOUT_FILE: [&str; 2] = ["auto", "terminal"];

impl ThemeFile {
    /// The colour of a role; of the background none where it is the terminal's.
    pub fn colour(&self, role: &str) -> Option<Rgb> {
        let at = ROLES.iter().position(|r| *r == role)?;
        self.colours.get(at).copied().flatten()
    }

    /// The same on the terminal's own background.
    pub fn without_background(&self) -> Self {
        let mut plain = self.clone();
        plain.colours.iter_mut().take(1).for_each(|background| *background = None);
        plain
    }
}

/// Those that come with the program.
pub fn built_in_themes() -> Vec<Arc<ThemeFile>> {
    let read = |(name, text): &(&str, &str)| parse(name, Path::new(name), text, &[]).0.map(Arc::new);
    BUILT_IN.iter().filter_map(read).collect()
}

/// All themes, the user's behind those of the program, and what is wrong in the user's.
pub fn load_themes(config: &Path) -> (Vec<Arc<ThemeFile>>, Vec<Problem>) {
    let mut themes = built_in_themes();
    let mut problems = Vec::new();
    let mut own = Vec::new();
    for name in own_names(config) {
        let file = config.join(THEMES_FOLDER).join(format!("{name}.toml"));
        if WITHOUT_FILE.contains(&name.as_str()) || themes.iter().any(|t| t.name == name) {
            let what = format!("a theme called `{name}` comes with the program");
            problems.push(whole_file(&file, what, "give the file another name; its `base` may be that theme"));
            continue;
        }
        match read_source(&file) {
            Source::Absent => {}
            Source::Unreadable(problem) => problems.push(*problem),
            Source::Text(text, _) => {
                let (theme, wrong) = parse(&name, &file, &text, &themes);
                own.extend(theme.map(Arc::new));
                problems.extend(wrong);
            }
        }
    }
    themes.extend(own);
    (themes, problems)
}

/// The names of the user's own files, in alphabetical order.
fn own_names(config: &Path) -> Vec<String> {
    let files = std::fs::read_dir(config.join(THEMES_FOLDER)).into_iter().flatten().flatten().map(|entry| entry.path());
    let toml = files.filter(|path| path.extension().is_some_and(|e| e == "toml"));
    let mut names: Vec<String> = toml.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

/// Every name that `theme` may have.
pub(super) fn theme_names(config: &Path) -> Vec<String> {
    let known = WITHOUT_FILE.iter().copied().chain(BUILT_IN.iter().map(|(name, _)| *name)).map(str::to_owned);
    known.chain(own_names(config)).collect()
}

/// A theme of a text. A role that is left out, or wrong, is as in `base`.
fn parse(name: &str, file: &Path, text: &str, bases: &[Arc<ThemeFile>]) -> (Option<ThemeFile>, Vec<Problem>) {
    let mut report = Report::new(file, text);
    let (document, errors) = DeTable::parse_recoverable(text);
    syntax(&errors, &[], &mut report);
    let values = document.get_ref();
    let base = base(values, bases, &mut report);
    let mut colours = base.map_or_else(|| vec![None; ROLES.len()], |base| base.colours.clone());
    let mut about = String::new();
    for (key, value) in values.iter() {
        let key_text = key.get_ref().as_ref();
        if let Some(at) = ROLES.iter().position(|role| *role == key_text) {
            if let Some(colour) = colour(key_text, value, &mut report)
                && let Some(place) = colours.get_mut(at)
            {
                *place = colour;
            }
        } else if key_text == "about" {
            about = value.get_ref().as_str().unwrap_or_default().to_owned();
        } else if key_text != "base" {
            let known = ROLES.iter().copied().chain(["about", "base"]);
            let cure = match nearest(key_text, known.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", known.collect::<Vec<_>>().join(", ")),
            };
            report.error(key.span(), format!("a theme has no role `{key_text}`"), cure);
        }
    }
    let whole = colours.iter().skip(1).all(Option::is_some);
    (whole.then(|| ThemeFile { name: name.to_owned(), about, colours }), report.finish())
}

/// Whose colours those are that a theme does not name: for one of the user's, `dark` where it names none.
fn base(values: &DeTable<'_>, bases: &[Arc<ThemeFile>], report: &mut Report<'_>) -> Option<Arc<ThemeFile>> {
    let of = |name: &str| bases.iter().find(|theme| theme.name == name).cloned();
    let Some(value) = values.get("base") else { return of("dark") };
    let wanted = value.get_ref().as_str().unwrap_or_default();
    let found = of(wanted);
    if found.is_none() {
        let names: Vec<&str> = bases.iter().map(|theme| theme.name.as_str()).collect();
        report.error(
            value.span(),
            "`base` names no theme of the program",
            format!("write one of {}", names.join(", ")),
        );
    }
    found.or_else(|| of("dark"))
}

/// A colour; the background may be the terminal's. `None`: it is none, and the report says so.
#[expect(clippy::option_option, reason = "the terminal's own background is an answer, a mistake is none")]
fn colour(role: &str, value: &Spanned<DeValue<'_>>, report: &mut Report<'_>) -> Option<Option<Rgb>> {
    let Some(text) = value.get_ref().as_str() else {
        let what = format!("`{role}` is {}, it must be a colour", kind_of(value.get_ref()));
        report.error(value.span(), what, format!("write {role} = \"#7d8590\""));
        return None;
    };
    if role == "background" && text == "terminal" {
        return Some(None);
    }
    let rgb = text.strip_prefix('#').and_then(hex);
    if rgb.is_none() {
        report.error(
            value.span(),
            format!("`{role}` is `{text}`, which is no colour"),
            format!("write red, green and blue in hexadecimal: {role} = \"#7d8590\""),
        );
    }
    rgb.map(Some)
}

fn hex(digits: &str) -> Option<Rgb> {
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let number = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = number.to_be_bytes();
    match digits.len() {
        6 => Some(Rgb(red, green, blue)),
        // Each digit stands for two of its kind.
        3 => Some(Rgb((green & 0xf) * 0x11, (blue >> 4) * 0x11, (blue & 0xf) * 0x11)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(THEMES_FOLDER)).unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(THEMES_FOLDER).join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn the_programs_own_are_whole_and_without_a_mistake() {
        assert_eq!(built_in_themes().len(), BUILT_IN.len());
        for (name, text) in BUILT_IN {
            let (theme, problems) = parse(name, Path::new(name), text, &[]);
            let theme = theme.unwrap();
            assert_eq!(problems, [], "{name}");
            assert!(!theme.about.is_empty(), "{name} does not say what it is like");
            for role in ROLES {
                assert!(theme.colour(role).is_some(), "{name}: {role}");
            }
        }
    }

    #[test]
    fn a_users_theme_says_only_what_differs() {
        let folder = folder(&[
            ("mine.toml", "base = \"light\"\nbackground = \"terminal\"\naccent = \"#0af\"\n"),
            ("x.txt", "?"),
        ]);
        let (themes, problems) = load_themes(folder.path());
        assert_eq!(problems, []);
        let mine = themes.last().unwrap();
        let light = built_in_themes().into_iter().find(|t| t.name == "light").unwrap();
        assert_eq!((mine.name.as_str(), mine.colour("background")), ("mine", None));
        assert_eq!(mine.colour("accent"), Some(Rgb(0x00, 0xaa, 0xff)));
        assert_eq!(mine.colour("text"), light.colour("text"));
        assert!(theme_names(folder.path()).contains(&"mine".to_owned()));
    }

    #[test]
    fn mistakes_have_their_place_and_leave_the_base() {
        let text = "base = \"drak\"\nacent = \"#000000\"\ntext = \"red\"\nfaint = 7\n";
        let folder = folder(&[("a.toml", text), ("dark.toml", ""), ("b.toml", "text = \n")]);
        let (themes, problems) = load_themes(folder.path());
        let found: Vec<(usize, usize, &str)> = problems.iter().map(|p| (p.line, p.column, p.what.as_str())).collect();
        assert_eq!(found[0], (1, 8, "`base` names no theme of the program"));
        assert_eq!(found[1], (2, 1, "a theme has no role `acent`"));
        assert_eq!(found[2], (3, 8, "`text` is `red`, which is no colour"));
        assert_eq!(found[3], (4, 9, "`faint` is a number, it must be a colour"));
        assert!(found[4].2.starts_with("not TOML"), "{found:?}");
        assert_eq!(found.last(), Some(&(0, 0, "a theme called `dark` comes with the program")));
        assert!(problems[1].cure.contains("`accent`"), "{}", problems[1].cure);
        let dark = built_in_themes().into_iter().find(|t| t.name == "dark").unwrap();
        let a = themes.iter().find(|t| t.name == "a").unwrap();
        assert_eq!(a.colour("text"), dark.colour("text"));
    }
}
