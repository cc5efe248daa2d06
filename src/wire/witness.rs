//! Sees the certificates of a host and hangs up: a handshake that never becomes a connection, so that nothing can be sent
//! on it, whoever the host may be.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

/// What a host shows of itself. Nobody has said that it is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// Who signed the host's certificate, as `DigiCert Inc, DigiCert TLS RSA SHA256 2020 CA1`.
    pub issuer: String,
    /// Who signed the last one of the chain.
    pub root: String,
    /// The end of the host's certificate, in seconds since 1970.
    pub not_after: i64,
    /// How many certificates were shown.
    pub length: usize,
}

/// Looks at the host at the other end.
///
/// # Errors
/// Why no certificate was seen.
pub(super) async fn look(stream: TcpStream, host: &str) -> Result<Presented, String> {
    let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(bare).map_err(|error| error.to_string())?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let witness = Arc::new(Witness { provider: Arc::clone(&provider), seen: Mutex::default() });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&witness) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    let ended = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    let why = ended.err().map_or_else(|| "it showed no certificate".to_owned(), |error| error.to_string());
    let seen = witness.seen.lock().unwrap_or_else(PoisonError::into_inner).take();
    let chain = seen.ok_or(why)?;
    presented(&chain).ok_or_else(|| "its certificate cannot be read".to_owned())
}

fn presented(chain: &[Vec<u8>]) -> Option<Presented> {
    let (_, first) = X509Certificate::from_der(chain.first()?).ok()?;
    let (_, last) = X509Certificate::from_der(chain.last()?).ok()?;
    Some(Presented {
        issuer: name(first.issuer()),
        root: name(last.issuer()),
        not_after: first.validity().not_after.timestamp(),
        length: chain.len(),
    })
}

/// Organization and common name; the whole where it has neither.
fn name(of: &X509Name<'_>) -> String {
    let organization = of.iter_organization().next().and_then(|part| part.as_str().ok());
    let common = of.iter_common_name().next().and_then(|part| part.as_str().ok());
    let parts: Vec<&str> = organization.into_iter().chain(common).collect();
    if parts.is_empty() { of.to_string() } else { parts.join(", ") }
}

/// Keeps what it is shown and believes none of it.
struct Witness {
    provider: Arc<CryptoProvider>,
    seen: Mutex<Option<Vec<Vec<u8>>>>,
}

impl fmt::Debug for Witness {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Witness")
    }
}

impl Witness {
    fn enough<T>() -> Result<T, Error> {
        Err(Error::General("only the certificates were to be seen".to_owned()))
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain = std::iter::once(end_entity).chain(intermediates).map(|one| one.as_ref().to_vec()).collect();
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(chain);
        Self::enough()
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Self::enough()
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Self::enough()
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
