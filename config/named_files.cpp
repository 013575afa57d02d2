#include "config/named_files.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

namespace wardend::config {
namespace {

constexpr off_t max_ca_file = 16L * 1024 * 1024;

bool looks(TableReader& reader) { return reader.findings().files() == Files::looked_at; }

void hint(TableReader& reader, std::string_view key, const std::string& text) {
  reader.findings().hint(reader.place(key), text);
}

// Made by systemd whenever wardend starts, so that none of them is there on a machine where it has not started yet.
bool made_by_the_unit(const std::filesystem::path& folder) {
  constexpr std::array<std::string_view, 3> made = {"/run/wardend", "/var/lib/wardend", "/var/log/wardend"};
  return std::ranges::find(made, folder.native()) != made.end();
}

// How many certificates a file of PEM blocks has; nullopt: a block cannot be read, and then none of them is trusted.
std::optional<std::size_t> certificates_in(const std::string& file) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> opened(BIO_new_file(file.c_str(), "r"), &BIO_free);
  const auto free_all = [](STACK_OF(X509_INFO) * blocks) { sk_X509_INFO_pop_free(blocks, X509_INFO_free); };
  const std::unique_ptr<STACK_OF(X509_INFO), decltype(free_all)> blocks(
      opened ? PEM_X509_INFO_read_bio(opened.get(), nullptr, nullptr, nullptr) : nullptr, free_all);
  ERR_clear_error();
  if (!blocks) return std::nullopt;
  std::size_t count = 0;
  for (int i = 0; i < sk_X509_INFO_num(blocks.get()); ++i)
    count += sk_X509_INFO_value(blocks.get(), i)->x509 != nullptr ? 1 : 0;
  return count;
}

// What keeps a CA file from being used; empty: nothing.
std::string ca_trouble(const std::string& file) {
  struct stat info{};
  if (::stat(file.c_str(), &info) != 0 || ::access(file.c_str(), R_OK) != 0)
    return "cannot be read (" + std::string(std::strerror(errno)) + ")";
  if (!S_ISREG(info.st_mode)) return "is no file";
  if (info.st_size > max_ca_file) return "is larger than 16 MiB: that is no list of certificates";
  const auto count = certificates_in(file);
  if (!count) return "has a PEM block that is broken";
  return *count == 0 ? "has no PEM certificate in it" : "";
}

}  // namespace

void check_place(TableReader& reader, std::string_view key, const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!looks(reader) || !path.starts_with('/') || made_by_the_unit(folder)) return;
  struct stat info{};
  const bool there = ::stat(folder.c_str(), &info) == 0;
  if (there ? S_ISDIR(info.st_mode) : errno != ENOENT && errno != ENOTDIR) return;
  hint(reader, key,
       std::string(key) + ": " + folder.string() +
           (there ? " is no folder: name another, or make it one" : " is not there: make the folder before the start"));
}

void check_writable_place(TableReader& reader, std::string_view key, const std::string& path) {
  check_place(reader, key, path);
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!looks(reader) || !path.starts_with('/') || made_by_the_unit(folder)) return;
  if (::access(folder.c_str(), W_OK | X_OK) == 0 || errno == ENOENT || errno == ENOTDIR) return;
  hint(reader, key,
       std::string(key) + ": " + folder.string() + " cannot be written (" + std::strerror(errno) +
           "): let the user wardend write there, and name it in ReadWritePaths= of the unit");
}

void check_socket_place(TableReader& reader, std::string_view key, const std::string& path) {
  check_place(reader, key, path);
  struct stat info{};
  if (looks(reader) && path.starts_with('/') && ::lstat(path.c_str(), &info) == 0 && !S_ISSOCK(info.st_mode))
    hint(reader, key, std::string(key) + ": " + path + " is there and is no socket: move it away before the start");
}

void check_ca_file(TableReader& reader, std::string_view key, const std::string& file, std::string_view without_it) {
  if (file.empty()) return;
  reader.absolute_path(key, file);
  if (!looks(reader) || !file.starts_with('/')) return;
  if (const std::string trouble = ca_trouble(file); !trouble.empty())
    hint(reader, key, std::string(key) + " " + trouble + ": until that is mended, " + std::string(without_it));
}

namespace {

// What systemd loads under that name; an absolute name stands for itself.
std::filesystem::path credential_file(TableReader& reader, const std::string& name) {
  std::filesystem::path folder = std::filesystem::path(reader.file()).parent_path();
  if (folder.filename() == "conf.d") folder = folder.parent_path();
  return folder / "credentials" / name;
}

struct CredentialWords {
  std::string_view key;
  std::string_view without_it;  // what follows where the file is not there
  std::string_view of_no_use;   // what follows where it cannot be used
};

void check_credential_file(TableReader& reader, const std::filesystem::path& path, ClientAuth used_as,
                           const CredentialWords& words) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT)
      hint(reader, words.key,
           "the file " + path.string() + " is not there, so " + std::string(words.without_it) +
               ": put it there (owner root, mode 0600), then `systemctl restart wardend`");
    return;
  }
  const CredentialJudge& judge = reader.findings().credential_judge();
  if (!judge || ::access(path.c_str(), R_OK) != 0) return;
  if (const std::string fault = judge(used_as, path); !fault.empty())
    hint(reader, words.key, std::string(words.of_no_use) + ": " + fault);
}

}  // namespace

void check_credential(TableReader& reader, const Registration& registration) {
  if (!looks(reader)) return;
  check_credential_file(reader, credential_file(reader, registration.credential), registration.client_auth,
                        {.key = "credential",
                         .without_it = "the client cannot prove itself",
                         .of_no_use = "the client cannot prove itself, and its launches are refused"});
}

void check_forward_credential(TableReader& reader, std::string_view key, const std::string& name) {
  if (name.empty() || !looks(reader)) return;
  check_credential_file(
      reader, credential_file(reader, name), ClientAuth::client_secret_post,
      {.key = key, .without_it = "the trail is not forwarded", .of_no_use = "the trail is not forwarded"});
}

}  // namespace wardend::config
