//! The words of a command line as bash, cmd or PowerShell would cut it. Variables and substitutions stay as they stand.

/// Whose quoting it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shell {
    Bash,
    Cmd,
    /// PowerShell.
    Power,
}

/// Whose quoting a command line has, by what only one of them writes: a caret before the first quote, or its own sign at
/// the end of a line that goes on.
pub(super) fn shell_of(text: &str) -> Shell {
    let before_quote = text.split(['"', '\'']).next().unwrap_or_default();
    if before_quote.ends_with('^') {
        return Shell::Cmd;
    }
    let (cut, _) = words(text, Shell::Bash);
    // In quotes the same sign is text.
    let ends_a_line = |sign: &str| text.lines().any(|line| line.trim_end().ends_with(sign));
    let alone = |sign: &str| ends_a_line(sign) && cut.iter().any(|word| word == sign);
    if alone("^") {
        Shell::Cmd
    } else if alone("`") || text.trim_start().to_ascii_lowercase().starts_with("curl.exe") {
        Shell::Power
    } else {
        Shell::Bash
    }
}

/// The words, and whether a quote was left open.
pub(super) fn words(text: &str, shell: Shell) -> (Vec<String>, bool) {
    let mut cutter = Cutter { shell, rest: text.chars().peekable(), words: Vec::new(), word: None };
    let open = cutter.run();
    cutter.end();
    (cutter.words, open)
}

struct Cutter<'a> {
    shell: Shell,
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    words: Vec<String>,
    word: Option<String>,
}

impl Cutter<'_> {
    fn push(&mut self, c: char) {
        self.word.get_or_insert_default().push(c);
    }

    fn end(&mut self) {
        self.words.extend(self.word.take());
    }

    /// Whether a quote was left open.
    fn run(&mut self) -> bool {
        while let Some(c) = self.rest.next() {
            let open = match (self.shell, c) {
                (_, ' ' | '\t' | '\r') => {
                    self.end();
                    false
                }
                // The next command, if there is one, is another's.
                (_, '\n') => {
                    self.end();
                    false
                }
                (Shell::Bash, '\\') | (Shell::Cmd, '^') | (Shell::Power, '`') => {
                    self.escaped();
                    false
                }
                (Shell::Bash, '$') if self.rest.peek() == Some(&'\'') => {
                    self.rest.next();
                    self.ansi()
                }
                (Shell::Bash | Shell::Power, '\'') => self.single(),
                (_, '"') => self.double(),
                // In cmd a backslash only matters before a quote, which the program itself then reads.
                (Shell::Cmd, '\\') if self.rest.peek() == Some(&'"') => {
                    self.rest.next();
                    self.push('"');
                    false
                }
                _ => {
                    self.push(c);
                    false
                }
            };
            if open {
                return true;
            }
        }
        false
    }

    /// Behind an escape outside of quotes: the next character as it is, a line's end not at all.
    fn escaped(&mut self) {
        match self.rest.next() {
            Some('\r') => {
                self.rest.next_if_eq(&'\n');
            }
            Some('\n') | None => {}
            // `^"` opens a quote in what a browser copies for cmd, where the carets are only for cmd.
            Some('"') if self.shell == Shell::Cmd => {
                self.double_in_carets();
            }
            Some('\\') if self.shell == Shell::Cmd => self.push('\\'),
            Some(c) => self.push(c),
        }
    }

    fn single(&mut self) -> bool {
        self.word.get_or_insert_default();
        while let Some(c) = self.rest.next() {
            if c != '\'' {
                self.push(c);
            } else if self.shell == Shell::Power && self.rest.next_if_eq(&'\'').is_some() {
                self.push('\'');
            } else {
                return false;
            }
        }
        true
    }

    fn double(&mut self) -> bool {
        self.word.get_or_insert_default();
        while let Some(c) = self.rest.next() {
            match (self.shell, c) {
                (Shell::Cmd | Shell::Power, '"') if self.rest.next_if_eq(&'"').is_some() => self.push('"'),
                (_, '"') => return false,
                (Shell::Bash, '\\') => match self.rest.next() {
                    Some('\n') | None => {}
                    Some(c @ ('"' | '\\' | '$' | '`')) => self.push(c),
                    Some(c) => {
                        self.push('\\');
                        self.push(c);
                    }
                },
                (Shell::Cmd, '\\') => match self.rest.next_if(|c| matches!(c, '"' | '\\')) {
                    Some(c) => self.push(c),
                    None => self.push('\\'),
                },
                (Shell::Power, '`') => match self.rest.next() {
                    Some('n') => self.push('\n'),
                    Some('t') => self.push('\t'),
                    Some(c) => self.push(c),
                    None => {}
                },
                // PowerShell hands the backslash on, and the program itself reads `\"` as a quote.
                (Shell::Power, '\\') if self.rest.peek() == Some(&'`') => {}
                _ => self.push(c),
            }
        }
        true
    }

    /// Up to the next `^"`: every character may have a caret before it, and `^\^"` is a quote.
    fn double_in_carets(&mut self) -> bool {
        self.word.get_or_insert_default();
        while let Some(c) = self.rest.next() {
            let (caret, c) = match (c, c == '^') {
                (_, true) => match self.rest.next() {
                    Some(c) => (true, c),
                    None => return true,
                },
                (c, false) => (false, c),
            };
            match c {
                '"' if caret => return false,
                '\\' => {
                    let mut ahead = self.rest.clone();
                    let carets = ahead.next_if_eq(&'^').is_some();
                    match ahead.next() {
                        Some(c @ ('"' | '\\')) => {
                            if carets {
                                self.rest.next();
                            }
                            self.rest.next();
                            self.push(c);
                        }
                        _ => self.push('\\'),
                    }
                }
                // An empty line stands for a line's end in what is copied for cmd.
                '\r' => {}
                '\n' if caret => {
                    self.rest.next_if_eq(&'\n');
                    self.push('\n');
                }
                c => self.push(c),
            }
        }
        true
    }

    /// `$'…'`.
    fn ansi(&mut self) -> bool {
        self.word.get_or_insert_default();
        while let Some(c) = self.rest.next() {
            match c {
                '\'' => return false,
                '\\' => {
                    let Some(c) = self.rest.next() else { return true };
                    let read = match c {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        'a' => '\u{7}',
                        'b' => '\u{8}',
                        'e' | 'E' => '\u{1b}',
                        'f' => '\u{c}',
                        'v' => '\u{b}',
                        'x' => self.number(16, 2),
                        'u' => self.number(16, 4),
                        'U' => self.number(16, 8),
                        '0'..='7' => self.octal(c),
                        other => other,
                    };
                    self.push(read);
                }
                c => self.push(c),
            }
        }
        true
    }

    fn number(&mut self, radix: u32, most: usize) -> char {
        let mut value = 0;
        for _ in 0..most {
            let Some(digit) = self.rest.peek().and_then(|c| c.to_digit(radix)) else { break };
            self.rest.next();
            value = value * radix + digit;
        }
        char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn octal(&mut self, first: char) -> char {
        let mut value = first.to_digit(8).unwrap_or_default();
        for _ in 0..2 {
            let Some(digit) = self.rest.peek().and_then(|c| c.to_digit(8)) else { break };
            self.rest.next();
            value = value * 8 + digit;
        }
        char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}
