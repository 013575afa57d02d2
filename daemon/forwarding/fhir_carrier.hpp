// Sends entries to a FHIR audit repository, as IHE's ITI-20 feed: batches of AuditEvents.
#pragma once

#include <algorithm>
#include <filesystem>

#include "base/http_client.hpp"
#include "base/worker.hpp"
#include "daemon/forwarding/carrier.hpp"
#include "daemon/forwarding/feed_answer.hpp"
#include "daemon/http/tls_identity.hpp"

namespace wardend::forwarding {

class FhirCarrier final : public Carrier {
 public:
  // How long a repository may take for a batch.
  static constexpr std::chrono::milliseconds patience{30000};

  struct Parts {
    HttpClient& http;             // nobody else's: it shows `identity`
    http::TlsIdentity& identity;  // set before each request
    Worker& disk;                 // credentials are read there, and events made
    std::filesystem::path credentials_folder;
  };
  explicit FhirCarrier(Parts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] std::string receiver(const config::Config& config) const override { return config.audit.forward_to; }
  [[nodiscard]] Most most() const override { return {.entries = entries_at_once_}; }
  [[nodiscard]] asio::awaitable<Delivery> deliver(config::ConfigPtr config, Entries entries) override;

 private:
  struct Prepared;
  [[nodiscard]] static Prepared prepare(const config::Audit& audit, const std::filesystem::path& folder,
                                        SentBatch batch);
  [[nodiscard]] Delivery taken(FeedAnswer answer);

  Parts parts_;
  std::string server_;
  std::string repository_;  // its base address; what was learnt below is of this one
  Once once_ = Once::by_id;
  std::size_t entries_at_once_ = Most().entries;
};

}  // namespace wardend::forwarding
