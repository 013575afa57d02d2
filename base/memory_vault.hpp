// A vault whose records live as long as this object: for where nobody keeps memory over a restart, and for tests.
#pragma once

#include <map>
#include <utility>

#include "base/secret.hpp"
#include "base/vault.hpp"

namespace wardend {

class MemoryVault final : public Vault {
 public:
  [[nodiscard]] RecordId put(RecordId before, Kind kind, std::string_view bytes) override {
    if (bytes.size() > max_record) {
      erase(before);
      return 0;
    }
    const RecordId id = before != 0 ? before : ++last_id_;
    records_.insert_or_assign(id, Record{kind, Secret(bytes)});
    ++writes_;
    return id;
  }
  void erase(RecordId id) override { records_.erase(id); }
  void erase_all() override { records_.clear(); }

  void each(const std::function<void(RecordId, Kind, std::string_view)>& visit) override {
    for (auto at = records_.begin(); at != records_.end();) {
      const auto record = at++;
      visit(record->first, record->second.kind, record->second.bytes.reveal());
    }
  }

  void beat(BootTime /*now*/) override {}
  [[nodiscard]] std::optional<BootTime> last_beat_before() const override { return std::nullopt; }
  [[nodiscard]] bool persistent() const override { return false; }
  [[nodiscard]] std::size_t size() const override { return records_.size(); }
  [[nodiscard]] std::uint64_t writes() const override { return writes_; }

 private:
  struct Record {
    Kind kind;
    Secret bytes;
  };
  std::map<RecordId, Record> records_;
  RecordId last_id_ = 0;
  std::uint64_t writes_ = 0;
};

}  // namespace wardend
