/* Stands in for the platform's <stddef.h>; see stdint.h. ONNX Runtime supports 64-bit platforms only, like the bindings. */
#pragma once

typedef unsigned long long size_t;
typedef long long ptrdiff_t;
#define NULL ((void *)0)
