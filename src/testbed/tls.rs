//! A certificate and key for the TLS listener, made on the spot.

use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate could not be made.
    #[error("cannot create a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The TLS library refused the certificate or its own settings.
    #[error("cannot set up TLS: {0}")]
    Setup(#[from] rustls::Error),
}

/// A self-signed certificate for `localhost` and `127.0.0.1`, with its key.
#[derive(Debug, Clone)]
pub struct TlsIdentity {
    certificate_pem: String,
    certificate_der: Vec<u8>,
    config: Arc<ServerConfig>,
}

impl TlsIdentity {
    /// Makes a new key and certificate; make one and share it, every client has to trust it.
    ///
    /// # Errors
    /// When the key, the certificate or the TLS settings cannot be made.
    pub fn generate() -> Result<Self, TlsError> {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        // The provider is named, so that nothing depends on a process-wide default.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            certificate_pem: cert.pem(),
            certificate_der: cert.der().to_vec(),
            config: Arc::new(config),
        })
    }

    /// The certificate in PEM form, to be trusted by the client.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The certificate in DER form, to be trusted by the client.
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate_der
    }

    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }
}
