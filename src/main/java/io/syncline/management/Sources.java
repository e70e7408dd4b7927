package io.syncline.management;

import java.util.Set;

/** What the sources that there are now can do. */
public interface Sources {

    /** The names of a source's entity types. */
    Set<String> entityTypes(String source);

    /** Whether a source's route does something about an option of jobs. */
    boolean namesOption(String source, String option);
}
