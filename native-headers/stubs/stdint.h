/*
 * Stands in for the platform's <stdint.h> while jextract parses the ONNX Runtime headers.
 * The 64-bit types go through `long long`, whose width is the same on every platform, because `long`, which the
 * Linux and macOS headers use, has 32 bits on Windows. Only what the ONNX Runtime headers use is declared.
 */
#pragma once

typedef signed char int8_t;
typedef unsigned char uint8_t;
typedef short int16_t;
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;
typedef long long intptr_t;
typedef unsigned long long uintptr_t;
