package dev.gpux.server.metrics;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A run of a model with all that belongs to it, for JDK Flight Recorder. */
@Name("dev.gpux.Run")
@Label("Run")
@Category("GPUX")
@StackTrace(false)
public final class RunEvent extends Event {
    /** The model. */
    @Label("Model")
    public String model;
    /** How many requests met in it. */
    @Label("Requests")
    public int requests;
}
