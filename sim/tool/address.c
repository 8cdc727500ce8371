#include "tool/address.h"

#include <stddef.h>
#include <Random123/philox.h>

static const uint32_t FNV_BASIS = 2166136261u;
static const uint32_t FNV_PRIME = 16777619u;

static uint32_t fnv(uint32_t hash, const char *text)
{
    for (; text && *text; text++)
        hash = (hash ^ (unsigned char)*text) * FNV_PRIME;
    return hash;
}

uint32_t address_hash(const char *text)
{
    return fnv(FNV_BASIS, text);
}

uint32_t address_id(const char *buyer, const char *option)
{
    return fnv(fnv(fnv(FNV_BASIS, buyer), "/"), option);
}

double address_uniform(uint64_t seed, uint64_t path, int t, enum draw_class class,
                       uint32_t id)
{
    philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    philox4x32_ctr_t counter = {{(uint32_t)path,
                                 ((uint32_t)class << 16) + (uint32_t)(t / 2), id,
                                 (uint32_t)(path >> 32)}};
    philox4x32_ctr_t word = philox4x32(counter, key);
    uint32_t a = word.v[t % 2 ? 2 : 0], b = word.v[t % 2 ? 3 : 1];

    return ((double)(((uint64_t)(a >> 6) << 26) + (b >> 6)) + 0.5) * 0x1p-52;
}
