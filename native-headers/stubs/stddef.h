/*
 * Stands in for the platform's <stddef.h>; see stdint.h. The bindings are for 64-bit platforms.
 */
#pragma once

typedef unsigned long long size_t;
typedef long long ptrdiff_t;
#define NULL ((void *)0)
