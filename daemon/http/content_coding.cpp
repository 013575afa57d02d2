#include "daemon/http/content_coding.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/secret.hpp"
#include "base/text.hpp"
#include "base/wiping_heap.hpp"

namespace wardend::http {
namespace {

constexpr std::size_t longest_name_shown = 64;
constexpr std::size_t most_layers = 4;
constexpr int gzip_window = 15 + 16;
constexpr int zlib_window = 15;
constexpr int raw_window = -15;

voidpf allocate(voidpf /*unused*/, uInt count, uInt size) { return heap::allocate_zeroed(count, size); }
void release(voidpf /*unused*/, voidpf memory) { heap::release(memory); }

// The window in which zlib reads a body that begins so; 0: it is not packed. Spec: RFC 1950 §2.2, RFC 1952 §2.3.1
int window_of(std::string_view name, std::string_view begin) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(begin[at])); };
  if (byte(0) == 0x1f && byte(1) == 0x8b) return gzip_window;
  if (name != "deflate") return 0;
  if ((byte(0) & 0x0fU) == Z_DEFLATED && (byte(0) * 256 + byte(1)) % 31 == 0) return zlib_window;
  // Some send deflate without the two bytes in front of it. JSON that was not packed must not be taken for that.
  const bool text = begin[0] == '{' || begin[0] == '[' || begin[0] == '<' || begin[0] == ' ' || begin[0] == '\n';
  return text ? 0 : raw_window;
}

// The codings of a list in the order in which they were applied, without parameters, which some write behind them.
std::vector<std::string> codings_in(std::string_view list) {
  std::vector<std::string> codings;
  while (!list.empty()) {
    std::string_view coding = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), coding.size() + 1));
    coding = coding.substr(0, coding.find(';'));
    const auto first = coding.find_first_not_of(" \t");
    if (first == std::string_view::npos) continue;
    coding = coding.substr(first, coding.find_last_not_of(" \t") - first + 1);
    if (coding != "identity") codings.emplace_back(coding);
  }
  return codings;
}

}  // namespace

void ContentCoding::StreamDeleter::operator()(z_stream* stream) const {
  ::inflateEnd(stream);
  delete stream;
}

ContentCoding::ContentCoding(std::string_view name) : ContentCoding(lower_case(name), codings_in(lower_case(name))) {}

ContentCoding::ContentCoding(std::string name, std::vector<std::string> layers) : name_(std::move(name)) {
  if (layers.empty()) name_.clear();
  if (layers.empty() || layers.size() > most_layers) return;
  form_ = Form::undecided;
  outermost_ = std::move(layers.back());
  layers.pop_back();
  if (!layers.empty()) inner_.reset(new ContentCoding(layers.back(), layers));
}

void ContentCoding::decide(std::string_view begin) {
  form_ = Form::as_it_came;
  const int window = window_of(outermost_, begin);
  if (window == 0) return;
  auto stream = std::make_unique<z_stream>();
  stream->zalloc = allocate;
  stream->zfree = release;
  if (::inflateInit2(stream.get(), window) != Z_OK) return;
  stream_.reset(stream.release());
  form_ = Form::packed;
}

bool ContentCoding::undo(std::string_view bytes, const Take& take) {
  if (form_ != Form::undecided)
    return form_ == Form::packed ? inflate_some(bytes, take) : form_ != Form::as_it_came || take(bytes);
  held_ += bytes;
  if (held_.size() < 2) return true;
  decide(held_);
  const bool taken = undo(held_, take);
  wipe(held_);
  return taken;
}

bool ContentCoding::inflate_some(std::string_view bytes, const Take& take) {
  std::array<char, 16UL * 1024> out;
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_->avail_in = static_cast<uInt>(bytes.size());
  bool taken = true;
  std::size_t most = 0;
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(out.data());
    stream_->avail_out = out.size();
    const int result = ::inflate(stream_.get(), Z_NO_FLUSH);
    if (result == Z_STREAM_END) form_ = Form::ended;
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) form_ = Form::damaged;
    const std::string_view plain(out.data(), out.size() - stream_->avail_out);
    most = std::max(most, plain.size());
    taken = inner_ ? inner_->undo(plain, take) : take(plain);
  } while (taken && form_ == Form::packed && stream_->avail_out == 0);
  wipe(out.data(), most);
  return taken;
}

bool ContentCoding::unfinished() const {
  return form_ == Form::packed || form_ == Form::damaged || (inner_ && inner_->unfinished());
}

std::string ContentCoding::left() const {
  if (form_ == Form::ended) return inner_ ? inner_->left() : std::string();
  return printable_ascii(name_, longest_name_shown);
}

}  // namespace wardend::http
