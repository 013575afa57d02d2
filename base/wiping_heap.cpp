#include "base/wiping_heap.hpp"

#include <malloc.h>
#include <openssl/crypto.h>
#include <string.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace wardend::heap {

void* allocate(std::size_t size) { return std::malloc(size); }
void* allocate_zeroed(std::size_t count, std::size_t size) { return std::calloc(count, size); }

void release(void* block) noexcept {
  if (block == nullptr) return;
  // malloc gives more than was asked for, and all of it is wiped: a compiler that saw the allocation would object.
  asm volatile("" : "+r"(block));
  explicit_bzero(block, malloc_usable_size(block));
  std::free(block);
}

// realloc itself may move the block and leave the old bytes behind.
void* reallocate(void* block, std::size_t size) {
  if (block == nullptr) return allocate(size);
  if (size == 0) {
    release(block);
    return nullptr;
  }
  void* fresh = allocate(size);
  if (fresh == nullptr) return nullptr;
  std::memcpy(fresh, block, std::min(size, malloc_usable_size(block)));
  release(block);
  return fresh;
}

char* duplicate(const char* text) {
  const std::size_t size = std::strlen(text) + 1;
  void* copy = allocate(size);
  if (copy != nullptr) std::memcpy(copy, text, size);
  return static_cast<char*>(copy);
}

void give_back_what_is_freed() {
  // A frame's or a body's buffer is a mapping of its own. Unset, the bound rises with each that is freed.
  constexpr int large_block_bytes = 64 * 1024;
  constexpr int kept_at_the_end_bytes = 256 * 1024;
  constexpr int arenas = 2;
  ::mallopt(M_MMAP_THRESHOLD, large_block_bytes);
  ::mallopt(M_TRIM_THRESHOLD, kept_at_the_end_bytes);
  ::mallopt(M_ARENA_MAX, arenas);
}

bool adopt_by_openssl() {
  return CRYPTO_set_mem_functions(
             [](std::size_t size, const char*, int) { return allocate(size); },
             [](void* block, std::size_t size, const char*, int) { return reallocate(block, size); },
             [](void* block, const char*, int) { release(block); }) == 1;
}

}  // namespace wardend::heap
