package dev.gpux.server.metrics;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A request, for JDK Flight Recorder; costs next to nothing while no recording wants it. */
@Name("dev.gpux.Request")
@Label("Request")
@Category("GPUX")
@StackTrace(false)
public final class RequestEvent extends Event {
    /** What the request is called in logs. */
    @Label("Id")
    public String id;
    /** The model that it is for; empty if none. */
    @Label("Model")
    public String model;
    /** The HTTP status. */
    @Label("Status")
    public int status;
    /** How long it took, in nanoseconds. */
    @Label("Nanoseconds")
    public long nanos;
}
