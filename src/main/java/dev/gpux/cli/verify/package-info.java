/**
 * {@code gpux verify}: reference cases of the ONNX project and the golden tests of GPUXfiles.
 */
package dev.gpux.cli.verify;
