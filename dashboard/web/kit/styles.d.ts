/** A style sheet that a late screen brings along; the bundler puts it beside the screen's script. */
declare module '*.css'
