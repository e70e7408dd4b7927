package io.syncline;

/** x. */
public final class Syncline {
    private Syncline() {}

    public static void main(String[] args) {
        System.out.println("hi");
    }
}
