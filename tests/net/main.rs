//! `wire` and `auth` over real sockets of 127.0.0.1: the refusal rules, the faults of a bad day, keys and logins.

#[cfg(test)]
#[cfg(unix)]
mod doctor;
#[cfg(test)]
#[cfg(unix)]
mod doctor_way;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod forward;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod listener;
#[cfg(test)]
mod logins;
#[cfg(test)]
mod openssl;
#[cfg(test)]
mod proxies;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod uploads;
#[cfg(test)]
mod wire_faults;
#[cfg(test)]
mod wire_rules;
