// TLS contexts: the certificate that was given, and copies of it signed with the same key: one whose time is over, one
// for another host.
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
  boost::asio::ssl::context foreign;
};

// The error is a sentence that names the file.
[[nodiscard]] std::expected<TlsContexts, std::string> make_tls_contexts(const CertificateFiles& files);

}  // namespace wardend::sandbox
