//! `profiles import` and `profiles export`: apps and users of other tools in, one's own out to a colleague.

use super::Exit;
use super::args::{Args, BringArgs, ProfilesSub};
use super::client::profiles;
use super::commands::finish;
use super::output::{Out, complain};
use crate::profile::bring::{self, Found};
use crate::profile::{App, User, edit};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs one of the two.
pub(super) fn run(args: &Args, asked: &ProfilesSub) -> Exit {
    let done = match asked {
        ProfilesSub::Import(asked) => import(args, asked),
        ProfilesSub::Export => export(args),
    };
    match done {
        Ok(exit) | Err(exit) => exit,
    }
}

fn usage(why: &str) -> Exit {
    complain(why);
    Exit::Usage
}

fn import(args: &Args, asked: &BringArgs) -> Result<Exit, Exit> {
    let home = || directories::BaseDirs::new().map(|folders| folders.home_dir().to_owned());
    let place = asked.from.clone().or_else(home).ok_or_else(|| usage("No home folder is known: name one"))?;
    let mut found = bring::read(&place).map_err(|why| usage(&why))?;
    told(asked, &mut found)?;
    let (paths, known) = profiles(args)?;
    let added = bring::add(&paths.config, &known, &mut found).map_err(|error| usage(&error.to_string()))?;
    for (what, why) in &found.left {
        complain(&format!("left out: {what}: {why}"));
    }
    let mut out = Out::new();
    let printed = if args.json {
        let left: Vec<_> = found.left.iter().map(|(what, why)| json!({ "what": what, "why": why })).collect();
        let list: Vec<_> = added.iter().map(|id| json!({ "app": id.app, "username": id.username })).collect();
        out.line(&json!({ "added": list, "left": left }).to_string())
    } else {
        added.iter().try_for_each(|id| out.line(&id.to_string()))
    };
    if added.is_empty() {
        complain("Nobody was added");
    }
    let exit = if added.is_empty() && !found.left.is_empty() { Exit::Usage } else { Exit::Fine };
    Ok(finish(printed, &mut out, exit))
}

/// What the command line knows better than the file.
fn told(asked: &BringArgs, found: &mut Found) -> Result<(), Exit> {
    if let Some(name) = &asked.name {
        let [one] = found.apps.as_mut_slice() else {
            return Err(usage(&format!("--as names one app, and there are {}", found.apps.len())));
        };
        if name.contains(|c: char| c == '/' || c.is_control() || c.is_whitespace()) || name.is_empty() {
            return Err(usage("An app's name has letters, digits, - and _"));
        }
        one.name.clone_from(name);
    }
    let key = asked.key.as_deref().map(whole).transpose()?;
    for app in &mut found.apps {
        app.private_key = key.clone().or(app.private_key.take());
        app.private_key = app.private_key.take().map(|path| whole(&path)).transpose()?;
        for user in &asked.users {
            let (username, alias) =
                user.split_once('=').map_or((user.as_str(), None), |(name, alias)| (name, Some(alias)));
            let user = User { username: username.to_owned(), alias: alias.map(str::to_owned) };
            app.users.retain(|own| !own.username.eq_ignore_ascii_case(username));
            app.users.push(user);
        }
    }
    Ok(())
}

/// `profiles.toml` lies elsewhere: a path in it is a whole one.
fn whole(path: &Path) -> Result<PathBuf, Exit> {
    std::path::absolute(path).map_err(|error| usage(&format!("{}: {error}", path.display())))
}

fn export(args: &Args) -> Result<Exit, Exit> {
    let (_, known) = profiles(args)?;
    let mut apps: Vec<&Arc<App>> = known.apps.iter().collect();
    if !args.profiles.is_empty() {
        apps.retain(|app| args.profiles.contains(&app.name));
    }
    if apps.is_empty() {
        return Err(usage("There is no such app"));
    }
    let mut out = Out::new();
    let printed = out.text(&edit::shared(apps.into_iter().map(Arc::as_ref)));
    Ok(finish(printed, &mut out, Exit::Fine))
}
