package dev.gpux.ort;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * With {@code -Dgpux.leaks=true}, says on standard error which native objects nobody closed, and where each was made:
 * when the garbage collector finds one, and of those that are left when the process ends.
 *
 * <p>What is made in an arena ends with it and is not watched. Without the property the calls of this class are
 * constant conditions, of which compiled code has nothing.
 */
final class Leaks {
    /** Whether anybody wants to know. */
    static final boolean WATCHED = Boolean.getBoolean("gpux.leaks");

    private Leaks() { }

    /** {@code object} is open from now on: made whole, and its user's to close. */
    static void opened(Object object) {
        if (WATCHED) {
            Watch.OPEN.add(new Watch(object));
        }
    }

    /** {@code object} is closed; not for the first time, perhaps. */
    static void closed(Object object) {
        if (WATCHED) {
            Watch.OPEN.remove(new Watch.Key(object));
        }
    }

    /** An open object, equal to whatever stands for the same one. */
    private static final class Watch extends WeakReference<Object> {
        static final Set<Object> OPEN = ConcurrentHashMap.newKeySet();
        private static final ReferenceQueue<Object> LOST = new ReferenceQueue<>();

        private final int hash;
        private final String what;
        private final Throwable origin;

        static {
            Thread.ofPlatform().daemon().name("gpux-leaks").start(Watch::tellOfTheLost);
            Runtime.getRuntime().addShutdownHook(new Thread(Watch::tellOfTheRest, "gpux-leaks-at-exit"));
        }

        /** Stands for an object that is sought. */
        private record Key(Object object) {
            @Override
            public boolean equals(Object other) {
                return other instanceof Watch watch && watch.refersTo(object);
            }

            @Override
            public int hashCode() {
                return System.identityHashCode(object);
            }
        }

        Watch(Object object) {
            super(object, LOST);
            this.hash = System.identityHashCode(object);
            this.what = object.getClass().getSimpleName();
            this.origin = new Throwable();
        }

        private static void tellOfTheLost() {
            while (true) {
                try {
                    if (LOST.remove() instanceof Watch watch && OPEN.remove(watch)) {
                        watch.tell("was lost before it was closed");
                    }
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        private static void tellOfTheRest() {
            for (var open : OPEN) {
                ((Watch) open).tell("is still open at the end of the process");
            }
        }

        private void tell(String how) {
            var text = new StringBuilder("gpux: leak: a ").append(what).append(' ').append(how)
                .append("; it was made\n");
            boolean outside = false;
            for (var frame : origin.getStackTrace()) {
                // How this package makes it is of no interest.
                var name = frame.getClassName();
                outside |= !name.equals(Leaks.class.getName()) && !name.equals(Watch.class.getName())
                    && !frame.getMethodName().equals("<init>");
                if (outside) {
                    text.append("    at ").append(frame).append('\n');
                }
            }
            System.err.print(text);
        }

        @Override
        public boolean equals(Object other) {
            return this == other || other instanceof Key(var object) && refersTo(object);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
