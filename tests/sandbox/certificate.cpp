#include "tests/sandbox/certificate.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

namespace wardend::sandbox {
namespace {

namespace ssl = boost::asio::ssl;
constexpr long day = 86400;

std::expected<ssl::context, std::string> make_context(const CertificateFiles& files) {
  ssl::context context(ssl::context::tls_server);
  boost::system::error_code error;
  context.use_certificate_chain_file(files.certificate, error);
  if (error) return std::unexpected(files.certificate + ": no certificate in it (" + error.message() + ")");
  context.use_private_key_file(files.key, ssl::context::pem, error);
  if (error) return std::unexpected(files.key + ": not the key of the certificate (" + error.message() + ")");
  return context;
}

// Replaces the certificate by a copy that ended yesterday. Where the certificate is its own issuer, expiry is all that
// a client finds wrong with it.
bool expire(ssl::context& context) {
  SSL_CTX* const native = context.native_handle();
  const std::unique_ptr<X509, decltype(&X509_free)> copy(X509_dup(SSL_CTX_get0_certificate(native)), &X509_free);
  return copy && X509_gmtime_adj(X509_getm_notBefore(copy.get()), -30 * day) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(copy.get()), -day) != nullptr &&
         X509_sign(copy.get(), SSL_CTX_get0_privatekey(native), EVP_sha256()) > 0 &&
         SSL_CTX_use_certificate(native, copy.get()) == 1;
}

}  // namespace

std::expected<TlsContexts, std::string> make_tls_contexts(const CertificateFiles& files) {
  auto valid = make_context(files);
  if (!valid) return std::unexpected(valid.error());
  auto expired = make_context(files);
  if (!expired || !expire(*expired)) return std::unexpected(files.key + ": no expired certificate can be made with it");
  return TlsContexts{std::move(*valid), std::move(*expired)};
}

}  // namespace wardend::sandbox
