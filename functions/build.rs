//! The pages are embedded: a page that was built again is a reason to build the program again.

fn main() {
    println!("cargo:rerun-if-changed=../web/dist");
}
