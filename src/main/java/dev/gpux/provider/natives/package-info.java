/** Shared libraries as files: what they need, where the system's loader looks for it, whose they are. */
package dev.gpux.provider.natives;
