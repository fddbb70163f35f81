package dev.gpux.server.oip;

/**
 * An output that a request asks for.
 *
 * @param name its name
 * @param binary whether it comes as bytes behind the JSON
 * @param classes how many of the best classes are wanted instead of the numbers; 0 for the numbers
 */
public record RequestedOutput(String name, boolean binary, int classes) { }
