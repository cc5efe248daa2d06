//! A little org on loopback that logs everybody in and has one big answer. HTTP/1.1, one thread a connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// It serves as long as the process lives.
pub struct Server {
    origin: String,
}

impl Server {
    /// `big` is the answer at `/services/data/v67.0/big`; with a pace, a hundredth of it at a time.
    pub fn start(big: Vec<u8>, pace: Option<Duration>) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let origin = format!("http://{}", listener.local_addr()?);
        let (big, named) = (Arc::new(big), origin.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (big, origin) = (Arc::clone(&big), named.clone());
                std::thread::spawn(move || serve(stream, &origin, &big, pace));
            }
        });
        Ok(Self { origin })
    }

    /// `http://127.0.0.1:…`
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

fn serve(stream: TcpStream, origin: &str, big: &[u8], pace: Option<Duration>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
            if line.trim().is_empty() {
                break;
            }
        }
        std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
        let path = first.split(' ').nth(1).unwrap_or_default();
        if path.ends_with("/big") {
            head(&mut writer, big.len())?;
            for piece in big.chunks(big.len().div_ceil(100).max(1)) {
                writer.write_all(piece)?;
                if let Some(pace) = pace {
                    std::thread::sleep(pace);
                }
            }
        } else {
            let body = small(path, origin);
            head(&mut writer, body.len())?;
            writer.write_all(body.as_bytes())?;
        }
    }
}

fn head(writer: &mut TcpStream, length: usize) -> std::io::Result<()> {
    writer.write_all(
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=UTF-8\r\nContent-Length: {length}\r\n\r\n")
            .as_bytes(),
    )
}

fn small(path: &str, origin: &str) -> String {
    const ORG: &str = "00D5i000004RkQwEAK";
    const USER: &str = "0055i00000AbCdEAAV";
    match path.split('?').next().unwrap_or_default() {
        "/services/oauth2/token" => format!(
            r#"{{"access_token":"{ORG}!token","instance_url":"{origin}","id":"{origin}/id/{ORG}/{USER}","token_type":"Bearer","scope":"id full"}}"#
        ),
        "/services/data" => r#"[{"label":"Winter","url":"/services/data/v67.0","version":"67.0"}]"#.to_owned(),
        path if path.starts_with("/id/") => format!(
            r#"{{"id":"{origin}/id/{ORG}/{USER}","user_id":"{USER}","organization_id":"{ORG}","username":"admin@company0.example","display_name":"Ada Byron","active":true,"urls":{{}}}}"#
        ),
        path if path.ends_with("/query") || path.ends_with("/query/") => {
            r#"{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Organization"},"Id":"00D5i000004RkQwEAK","Name":"Company","IsSandbox":true}]}"#.to_owned()
        }
        _ => r#"{"sobjects":"/services/data/v67.0/sobjects","limits":"/services/data/v67.0/limits"}"#.to_owned(),
    }
}
