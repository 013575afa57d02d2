// TLS contexts: the certificate that was given, and a copy of it whose time is over, signed with the same key.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <expected>
#include <string>

namespace wardend::sandbox {

struct CertificateFiles {
  std::string certificate;  // PEM, with its chain
  std::string key;          // PEM
};
struct TlsContexts {
  boost::asio::ssl::context valid;
  boost::asio::ssl::context expired;
};

// The error is a sentence that names the file.
[[nodiscard]] std::expected<TlsContexts, std::string> make_tls_contexts(const CertificateFiles& files);

}  // namespace wardend::sandbox
