//! 2,000 random keys, pastes, clicks and sizes over the real program and its demo org, from fixed seeds: it lives, its
//! screen answers, and it gives the terminal back.

use crate::home::Home;
use crate::term::{CTRL_C, Term};

/// Events for each of the two seeds.
const EVENTS: usize = 1_000;

/// A small generator: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most as u64).unwrap()
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// Keys of every kind but those that end or stop the program; an escape goes with what makes it a key of its own.
const KEYS: &[&str] = &[
    "\r",
    "\t",
    "\x1b[Z",
    "\x7f",
    " ",
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[H",
    "\x1b[F",
    "\x1b[5~",
    "\x1b[6~",
    "\x1b[3~",
    "\x0f",
    "\x0c",
    "\x12",
    "\x14",
    "\x10",
    "\x0e",
    "\x15",
    "\x17",
    "\x1bOP",
    "\x1bOQ",
    "\x1b[15~",
    "\x1b1",
    "\x1b2",
    "\x1b3",
    "\x1b4",
    "1",
    "2",
    "3",
    "4",
    "a",
    "r",
    "R",
    "t",
    "x",
    "p",
    "e",
    "b",
    "v",
    "V",
    "y",
    "Y",
    "c",
    "n",
    "N",
    "z",
    "Z",
    "m",
    "s",
    "f",
    "g",
    "G",
    "h",
    "j",
    "k",
    "l",
    "d",
    "/",
    "?",
    "!",
    "{",
    "=",
    ":",
    "é",
    "日",
    "👩‍🚀",
];

const PASTES: &[&str] = &[
    "limits",
    "sobjects/Account/describe",
    "SELECT Id, Name, Owner.Name FROM Account",
    "FIND {acme} IN ALL FIELDS",
    "{{endpoint}}/services/data/{{version}}/",
    "https://example.invalid/{{accessToken}}",
    "POST sobjects/Account",
    "{\"Name\":\"Pasted\"}\r\n",
    "\x1b]0;title\x07\u{202e}bad\x00",
    "name=value",
];

fn event(random: &mut Random, term: &mut Term) {
    match random.below(20) {
        0 => {
            let text = random.pick(PASTES);
            term.paste(text);
        }
        1 => {
            let sizes = [(1, 1), (20, 5), (80, 24), (120, 40), (64, 12), (200, 60)];
            let size = sizes[random.below(sizes.len())];
            term.resize(size);
        }
        2..4 => {
            let (button, column, row) = (random.below(3), random.below(130) + 1, random.below(42) + 1);
            let button = [0, 64, 65][button];
            term.press(&format!("\x1b[<{button};{column};{row}M\x1b[<{button};{column};{row}m"));
        }
        _ => {
            let key = random.pick(KEYS);
            term.press(key);
        }
    }
}

fn lives_through(seed: u64) {
    let mut home = Home::new();
    // No browser and no clipboard program: what is random opens nothing on the machine.
    home.set("PATH", "/nowhere");
    let mut term = Term::start(&home, &["demo"]);
    term.shows_all(&["Ada Quill", "Acme Harbour Works"]);
    let mut random = Random(seed);
    for number in 1..=EVENTS {
        event(&mut random, &mut term);
        if number % 100 == 0 {
            // Alt-3 is the history from anywhere, a dialogue or an editor too.
            term.resize((120, 40)).press("\x1b3").shows_all(&["┌ History", "3 History"]);
        }
    }
    term.press(CTRL_C);
    assert_eq!(term.ended(), 0, "seed {seed}");
    term.given_back();
    home.is_untouched();
}

#[test]
fn a_thousand_random_events_over_the_demo() {
    lives_through(0x5eed_0001);
}

#[test]
fn a_thousand_others() {
    lives_through(0x5eed_0002);
}
