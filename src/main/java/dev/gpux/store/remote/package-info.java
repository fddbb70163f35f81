/**
 * Files from the net into the store: {@link dev.gpux.store.remote.Downloader}. JDK only.
 *
 * <p>A download survives what networks do: a connection that is cut or stalls is taken up where it ended (HTTP range
 * requests, RFC 9110 section 14), failures that pass are tried again after a growing pause, and what arrives is compared
 * with the length and the digest that were announced. A file that is not whole has another name than one that is.
 *
 * <p>A token goes to the one server it is for, never over an open connection and never along a redirect. Messages name
 * addresses without their query, which in signed addresses is a secret.
 */
package dev.gpux.store.remote;
