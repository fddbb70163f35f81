import org.apache.spark.launcher.JavaModuleOptions;

/** Prints what Spark opens of the JDK for itself, as options of {@code java} on one line. */
final class Opens {
    private Opens() { }

    public static void main(String[] arguments) {
        System.out.println(String.join(" ", JavaModuleOptions.defaultModuleOptions().strip().split("\\s+")));
    }
}
