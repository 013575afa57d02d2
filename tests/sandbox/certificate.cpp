#include "tests/sandbox/certificate.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

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

// A subject of its own: a certificate that is its own issuer is refused for that, before anybody looks at the date.
bool rename(X509* certificate) {
  const std::unique_ptr<X509_NAME, decltype(&X509_NAME_free)> name(X509_NAME_new(), &X509_NAME_free);
  const auto* const text = reinterpret_cast<const unsigned char*>("copy");
  return name && X509_NAME_add_entry_by_txt(name.get(), "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
         X509_set_subject_name(certificate, name.get()) == 1;
}

// Replaces the certificate by a copy with a change, issued by whoever issued the original. The signature is right where
// that was the certificate itself; a client that trusts it then finds nothing wrong but the change.
bool show_copy(ssl::context& context, bool (*change)(X509* copy)) {
  SSL_CTX* const native = context.native_handle();
  const std::unique_ptr<X509, decltype(&X509_free)> copy(X509_dup(SSL_CTX_get0_certificate(native)), &X509_free);
  return copy && rename(copy.get()) && change(copy.get()) &&
         X509_sign(copy.get(), SSL_CTX_get0_privatekey(native), EVP_sha256()) > 0 &&
         SSL_CTX_use_certificate(native, copy.get()) == 1;
}

// It ended yesterday.
bool expire(X509* copy) {
  return X509_gmtime_adj(X509_getm_notBefore(copy), -30 * day) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(copy), -day) != nullptr;
}

// It is for another host.
bool estrange(X509* copy) {
  const int before = X509_get_ext_by_NID(copy, NID_subject_alt_name, -1);
  if (before >= 0) X509_EXTENSION_free(X509_delete_ext(copy, before));
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> name(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:elsewhere.example"), &X509_EXTENSION_free);
  return name && X509_add_ext(copy, name.get(), -1) == 1;
}

}  // namespace

std::expected<TlsContexts, std::string> make_tls_contexts(const CertificateFiles& files) {
  auto valid = make_context(files);
  if (!valid) return std::unexpected(valid.error());
  auto expired = make_context(files);
  auto foreign = make_context(files);
  if (!expired || !foreign || !show_copy(*expired, expire) || !show_copy(*foreign, estrange))
    return std::unexpected(files.key + ": no other certificate can be made with it");
  return TlsContexts{std::move(*valid), std::move(*expired), std::move(*foreign)};
}

}  // namespace wardend::sandbox
