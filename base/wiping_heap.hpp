// An allocator that wipes what it frees: for libcurl and OpenSSL, which take one, and (wiping_new.cpp, linked into the
// daemon alone) for operator new and delete. A secret that passed through anybody's buffer is gone once that buffer is.
#pragma once

#include <cstddef>

namespace wardend::heap {

// malloc, calloc, realloc, strdup and free over blocks that are wiped when they are freed.
[[nodiscard]] void* allocate(std::size_t size);
[[nodiscard]] void* allocate_zeroed(std::size_t count, std::size_t size);
[[nodiscard]] void* reallocate(void* block, std::size_t size);
[[nodiscard]] char* duplicate(const char* text);
void release(void* block) noexcept;

// Has the C library give large blocks back to the system when they are freed, whatever sizes came before, and keep few
// arenas: what a flood made grow shrinks again. Before there is another thread. Spec: mallopt(3)
void give_back_what_is_freed();

// Gives OpenSSL this allocator. False: something was allocated by OpenSSL already; this must be main's first call.
[[nodiscard]] bool adopt_by_openssl();

}  // namespace wardend::heap
