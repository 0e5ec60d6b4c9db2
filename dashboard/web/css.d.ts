/** Style sheets that a module brings along; the build takes them up. */
declare module '*.css' {}
