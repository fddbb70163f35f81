/** Which path means what, and who may ask for it: {@link dev.gpux.server.route.Routes} and a class for each family. */
package dev.gpux.server.route;
